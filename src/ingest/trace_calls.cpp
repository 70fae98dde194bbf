#include "ingest/trace_calls.hpp"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ingest/csv_cells.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/model_name.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {
namespace {

template <class RowParser>
class TraceCallParser final : public CallParser {
 public:
  explicit TraceCallParser(RowParser parser) : parser_(std::move(parser)) {}
  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    return parser_.parse(row, batch.add().request);
  }

 private:
  RowParser parser_;
};

enum class BurstColumn { kTime, kSession, kModel, kInput, kOutput, kIgnored };
constexpr std::size_t kBurstColumns = static_cast<std::size_t>(BurstColumn::kIgnored);
constexpr std::array<std::string_view, kBurstColumns> kBurstNames = {
    "Timestamp", "Session ID", "Model", "Request tokens", "Response tokens"};

class BurstGptParser final : public CallParser {
 public:
  static FieldResult<std::unique_ptr<CallParser>> from_header(std::string_view header) {
    auto parser = std::make_unique<BurstGptParser>();
    std::array<bool, kBurstColumns> seen{};
    CellCursor cells(header, parser->scratch_);
    while (cells.more()) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected("the header is malformed: " + cell.error());
      std::size_t index = 0;
      while (index < kBurstColumns && kBurstNames[index] != *cell) ++index;
      if (index < kBurstColumns && std::exchange(seen[index], true)) {
        return tl::unexpected(fmt::format("column {} appears twice", kBurstNames[index]));
      }
      parser->columns_.push_back(static_cast<BurstColumn>(index));
    }
    for (std::size_t index = 0; index < kBurstColumns; ++index) {
      const bool optional = index == static_cast<std::size_t>(BurstColumn::kSession);
      if (!seen[index] && !optional) {
        return tl::unexpected(
            fmt::format("the header is malformed: {} is missing", kBurstNames[index]));
      }
    }
    return parser;
  }

  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    ImportedCall& call = batch.add();
    CellCursor cells(row, scratch_);
    std::size_t count = 0;
    for (; cells.more(); ++count) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected(cell.error());
      if (count >= columns_.size()) continue;
      if (FieldResult<void> set = set_cell(columns_[count], *cell, call.request); !set) return set;
    }
    if (count != columns_.size()) {
      return tl::unexpected(
          fmt::format("the row has {} cells; expected {}, as the header", count, columns_.size()));
    }
    call.failed = call.request.output_tokens == 0;
    return {};
  }

 private:
  template <class Value, class Member>
  static FieldResult<void> store(const FieldResult<Value>& value, Member& member) {
    if (!value) return tl::unexpected(value.error());
    member = *value;
    return {};
  }

  static FieldResult<void> set_cell(BurstColumn column, std::string_view cell,
                                    TraceRequest& request) {
    const FieldText field{.name = column == BurstColumn::kIgnored
                                      ? std::string_view{}
                                      : kBurstNames[static_cast<std::size_t>(column)],
                          .text = cell};
    switch (column) {
      case BurstColumn::kTime:
        return store(clock_time(field), request.at);
      case BurstColumn::kSession:  // calls of the API have none
        return cell.empty() ? FieldResult<void>{} : store(hashed_identity(field), request.session);
      case BurstColumn::kModel:
        assign_model_name(request.model, cell);
        return {};
      case BurstColumn::kInput:
        return store(token_count(field), request.input_tokens);
      case BurstColumn::kOutput:
        return store(token_count(field), request.output_tokens);
      case BurstColumn::kIgnored:
        return {};
    }
    return {};
  }

  std::vector<BurstColumn> columns_;
  std::string scratch_;
};

}  // namespace

CallFormat azure_format() {
  return {.format = LogFormat::kAzure,
          .endings = {".csv"},
          .in_order = true,
          .has_header = true,
          .parser = [](std::string_view header) -> FieldResult<std::unique_ptr<CallParser>> {
            auto parser = CsvRowParser::from_header(TraceFormat::kAzure, header);
            if (!parser) return tl::unexpected(std::move(parser).error());
            return std::make_unique<TraceCallParser<CsvRowParser>>(*std::move(parser));
          }};
}

CallFormat mooncake_format() {
  return {.format = LogFormat::kMooncake,
          .endings = {".jsonl", ".json"},
          .in_order = true,
          .parser = [](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
            return std::make_unique<TraceCallParser<JsonRowParser>>(
                JsonRowParser(TraceFormat::kMooncake));
          }};
}

CallFormat burstgpt_format() {
  return {.format = LogFormat::kBurstGpt,
          .endings = {".csv"},
          .in_order = true,
          .has_header = true,
          .parser = [](std::string_view header) { return BurstGptParser::from_header(header); }};
}

}  // namespace sluice::ingest
