#include "importer/ordered_calls.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;

using Bytes = std::vector<unsigned char>;

// Seven bits a byte, the low ones first; the last byte has its top bit clear.
void put(Bytes& bytes, std::uint64_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<unsigned char>(value));
}
void put(Bytes& bytes, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put(bytes, (bits << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

class Reader {
 public:
  explicit Reader(const unsigned char* at) : at_(at) {}
  std::uint64_t bits() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const unsigned char byte = *at_++;
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
  }
  std::int64_t number() {
    const std::uint64_t value = bits();
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }

 private:
  const unsigned char* at_;
};

// Money is signed and of 128 bits.
void put_money(std::vector<unsigned char>& bytes, Money money) {
  const int128 count = money.picodollars();
  put(bytes, static_cast<std::int64_t>(count >> 64));
  put(bytes, static_cast<std::uint64_t>(count));
}

Money money_of(Reader& reader) {
  const int128 high = reader.number();
  return Money::from_picodollars(high * (int128{1} << 64) + int128{reader.bits()});
}

constexpr std::uint64_t kUsage = 1;
constexpr std::uint64_t kSubagent = 2;
constexpr std::uint64_t kBatch = 4;
constexpr std::uint64_t kFast = 8;
constexpr std::uint64_t kFailed = 16;
constexpr std::uint64_t kMaxTokens = 32;
constexpr std::uint64_t kSession = 64;
constexpr std::uint64_t kPrefix = 128;
constexpr std::uint64_t kUsOnly = 256;
constexpr std::uint64_t kWindow = 512;
constexpr std::uint64_t kLongContext = 1024;
constexpr std::uint64_t kOtherTier = 2048;
constexpr std::uint64_t kHasCost = 4096;

// Which of the fields that may be absent a call has.
std::uint64_t marks_of(const ImportedCall& call) {
  const auto mark = [](bool has, std::uint64_t bit) { return has ? bit : 0; };
  return mark(call.usage.has_value(), kUsage) | mark(call.is_subagent, kSubagent) |
         mark(call.is_batch, kBatch) | mark(call.is_fast, kFast) | mark(call.failed, kFailed) |
         mark(call.request.max_tokens.has_value(), kMaxTokens) |
         mark(call.request.session.has_value(), kSession) |
         mark(call.request.cached_prefix_id.has_value(), kPrefix) | mark(call.is_us_only, kUsOnly) |
         mark(call.is_long_context.has_value(), kWindow) |
         mark(call.is_long_context.value_or(false), kLongContext) |
         mark(!call.other_tier.empty(), kOtherTier) | mark(call.cost.has_value(), kHasCost);
}

}  // namespace

Result<bool> OrderedCalls::next(ImportedCall& call) {
  if (source_.facts().in_order) return stream(call);
  if (!is_read_) {
    if (auto read = read_all(); !read) return tl::unexpected(std::move(read).error());
  }
  if (given_ == order_.size()) return false;
  unpack(order_[given_++].offset, call);
  return true;
}

Result<bool> OrderedCalls::stream(ImportedCall& call) {
  SLUICE_TRY(const bool more, source_.next(call));
  if (!more) return false;
  const std::int64_t at = ns(call.request.at);
  if (at < last_at_) {
    return invalid(fmt::format("line {}", call.request.line),
                   "the row's time goes back by " + exact_text(Duration{last_at_ - at}) +
                       " from the row before it; sort the log by time");
  }
  last_at_ = at;
  return true;
}

Result<void> OrderedCalls::read_all() {
  is_read_ = true;
  ImportedCall call;
  for (;;) {
    call.clear();
    SLUICE_TRY(const bool more, source_.next(call));
    if (!more) break;
    order_.push_back({ns(call.request.at), packed_.size()});
    pack(call);
  }
  std::sort(order_.begin(), order_.end(), [](const Place& a, const Place& b) {
    return a.at != b.at ? a.at < b.at : a.offset < b.offset;
  });
  return {};
}

std::uint64_t OrderedCalls::number_of(const std::string& model) {
  const auto [place, is_new] = model_numbers_.try_emplace(model, models_.size());
  if (is_new) models_.push_back(model);
  return place->second;
}

void OrderedCalls::pack(const ImportedCall& call) {
  const ingest::TraceRequest& request = call.request;
  put(packed_, marks_of(call));
  put(packed_, ns(request.at));
  put(packed_, number_of(request.model));
  put(packed_, request.input_tokens);
  put(packed_, request.output_tokens);
  put(packed_, request.thinking_tokens);
  put(packed_, request.line);
  put(packed_, std::uint64_t{call.file});
  put(packed_, ns(call.covers));
  if (request.max_tokens) put(packed_, *request.max_tokens);
  if (request.session) put(packed_, *request.session);
  if (request.cached_prefix_id) {
    put(packed_, *request.cached_prefix_id);
    put(packed_, request.cached_prefix_tokens);
  }
  if (call.usage) {
    put(packed_, call.usage->input_tokens);
    put(packed_, call.usage->cache_creation_5m_input_tokens);
    put(packed_, call.usage->cache_creation_1h_input_tokens);
    put(packed_, call.usage->cache_read_input_tokens);
    put(packed_, call.usage->output_tokens);
  }
  put(packed_, call.web_searches);
  if (!call.other_tier.empty()) put(packed_, number_of(call.other_tier));
  if (call.cost) {
    for (const Money part : call.cost->by_category) put_money(packed_, part);
  }
  put(packed_, std::uint64_t{request.block_ids.size()});
  for (const std::uint64_t id : request.block_ids) put(packed_, id);
}

void OrderedCalls::unpack(std::uint64_t offset, ImportedCall& call) const {
  call.clear();
  Reader reader(packed_.data() + offset);
  ingest::TraceRequest& request = call.request;
  const std::uint64_t marks = reader.bits();
  request.at = Duration{reader.number()};
  request.model = models_[reader.bits()];
  request.input_tokens = reader.number();
  request.output_tokens = reader.number();
  request.thinking_tokens = reader.number();
  request.line = reader.number();
  call.file = static_cast<std::uint32_t>(reader.bits());
  call.covers = Duration{reader.number()};
  call.is_subagent = (marks & kSubagent) != 0;
  call.is_batch = (marks & kBatch) != 0;
  call.is_fast = (marks & kFast) != 0;
  call.failed = (marks & kFailed) != 0;
  if ((marks & kMaxTokens) != 0) request.max_tokens = reader.number();
  if ((marks & kSession) != 0) request.session = reader.number();
  if ((marks & kPrefix) != 0) {
    request.cached_prefix_id = reader.bits();
    request.cached_prefix_tokens = reader.number();
  }
  if ((marks & kUsage) != 0) {
    Usage usage;
    usage.input_tokens = reader.number();
    usage.cache_creation_5m_input_tokens = reader.number();
    usage.cache_creation_1h_input_tokens = reader.number();
    usage.cache_read_input_tokens = reader.number();
    usage.output_tokens = reader.number();
    call.usage = usage;
  }
  call.is_us_only = (marks & kUsOnly) != 0;
  if ((marks & kWindow) != 0) call.is_long_context = (marks & kLongContext) != 0;
  call.web_searches = reader.number();
  if ((marks & kOtherTier) != 0) call.other_tier = models_[reader.bits()];
  if ((marks & kHasCost) != 0) {
    for (Money& part : call.cost.emplace().by_category) part = money_of(reader);
  }
  request.block_ids.resize(reader.bits());
  for (std::uint64_t& id : request.block_ids) id = reader.bits();
}

}  // namespace sluice::importer
