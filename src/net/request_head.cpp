#include "net/request_head.hpp"

#include <algorithm>

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION  // as everywhere in net
#endif

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace sluice::net {
namespace {

namespace http = boost::beast::http;
using Text = boost::beast::string_view;
using ErrorWord = boost::beast::error_code;

std::string_view view(Text text) noexcept { return {text.data(), text.size()}; }

// More strictly than HTTP has it; so are all methods there are.
bool is_method(std::string_view text) noexcept {
  constexpr std::size_t kAtMost = 32;
  if (text.size() > kAtMost) return false;
  for (const char letter : text) {
    const bool is_letter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if (!is_letter && letter != '-' && letter != '_') return false;
  }
  return true;
}

// Whether an end may begin in this block: \r stands twice with one character between. Compiled to a
// few vector instructions, where a search for the whole end takes a step a character.
constexpr std::size_t kBlock = 32;
bool may_end(const char* block) noexcept {
  unsigned found = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<unsigned>(block[i] == '\r') & static_cast<unsigned>(block[i + 2] == '\r');
  }
  return found != 0;
}

// Keeps views of what it is given. Beast checks the grammar, lengths and chunks.
class HeadParser final : public http::basic_parser<true> {
 public:
  HeadParser(std::string_view text, RequestHead& head) : text_(text), head_(head) {
    header_limit(static_cast<std::uint32_t>(text.size()) + 1);
    body_limit(boost::none);
  }

 private:
  void on_request_impl(http::verb, Text method, Text target, int version,
                       ErrorWord& error) override {
    head_.method = view(method);
    if (!is_method(head_.method)) error = http::error::bad_method;
    head_.is_version_1_0 = version == 10;
    std::string_view rest = view(target);
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!rest.starts_with(scheme)) continue;
      rest.remove_prefix(scheme.size());
      rest.remove_prefix(std::min(rest.find('/'), rest.size()));
      if (rest.empty()) rest = "/";
    }
    const std::size_t mark = rest.find('?');
    head_.path = rest.substr(0, mark);
    head_.query = mark == rest.npos ? std::string_view{} : rest.substr(mark + 1);
  }

  void on_field_impl(http::field name, Text name_string, Text value, ErrorWord& error) override {
    // A folded value has been put together in a buffer of Beast's.
    if (value.data() < text_.data() || value.data() > text_.data() + text_.size()) {
      error = http::error::bad_value;
    }
    head_.fields.push_back({.name = view(name_string), .value = view(value)});
    if (name == http::field::host) ++hosts_;
    if (name == http::field::transfer_encoding) ++transfer_encodings_;
    if (name == http::field::expect) {
      head_.expects_continue = boost::beast::iequals(value, "100-continue");
    }
  }

  void on_header_impl(ErrorWord& error) override {
    const bool has_host = hosts_ == 1 || (hosts_ == 0 && head_.is_version_1_0);
    // An encoding that is not chunked alone has no end that both sides agree on.
    const bool has_end = transfer_encodings_ == (chunked() ? 1 : 0);
    if (!has_host || !has_end || (chunked() && head_.is_version_1_0)) {
      error = http::error::bad_value;
    }
    head_.is_chunked = chunked();
    head_.keeps_alive = keep_alive();
    head_.expects_continue &= !head_.is_version_1_0;
  }

  // What a head does not have.
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorWord&) override {}
  std::size_t on_body_impl(Text, ErrorWord&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, ErrorWord&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, ErrorWord&) override { return 0; }
  void on_response_impl(int, Text, int, ErrorWord&) override {}
  void on_finish_impl(ErrorWord&) override {}

  std::string_view text_;
  RequestHead& head_;
  int hosts_ = 0;
  int transfer_encodings_ = 0;
};

}  // namespace

bool parse_head(std::string_view text, RequestHead& head) {
  head.fields.clear();
  head.expects_continue = false;
  HeadParser parser(text, head);
  ErrorWord error;
  const std::size_t used = parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done() || used != text.size()) return false;
  head.content_length = parser.content_length().value_or(0);
  return true;
}

std::size_t find_head_end(std::string_view text, std::size_t& searched) noexcept {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t from = searched < kEnd.size() ? 0 : searched - kEnd.size() + 1;
  searched = text.size();
  while (from + kBlock + 2 <= text.size() && !may_end(text.data() + from)) from += kBlock;
  const std::size_t end = text.find(kEnd, from);
  return end == text.npos ? 0 : end + kEnd.size();
}

bool may_become_head(std::string_view text, std::size_t checked) noexcept {
  if (!is_method(text.substr(0, text.find(' ')))) return false;
  for (std::size_t at = text.find('\n', checked); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return false;
  }
  return true;
}

}  // namespace sluice::net
