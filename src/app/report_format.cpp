#include "app/report_format.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/output_file.hpp"
#include "base/check.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "report/html.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"

namespace sluice::app {

Result<FormatAndPath> split_output(const std::string& text, std::string_view example,
                                   const TakenFiles& taken) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return invalid("--output", fmt::format("{} is not FORMAT=PATH, as in {}=result.{}",
                                           in_quotes(text), example, example));
  }
  FormatAndPath wanted{text.substr(0, equals), text.substr(equals + 1)};
  if (auto writable = check_writable(wanted.path); !writable) {
    return tl::unexpected(std::move(writable).error());
  }
  if (auto can = check_free(wanted.path, "--output", taken); !can) {
    return tl::unexpected(std::move(can).error());
  }
  return wanted;
}

std::string html_report(std::string_view json, std::string_view title) {
  auto page = render_html(json, {.title = std::string(title) + " - sluice"});
  SLUICE_CHECK(page.has_value());
  return *std::move(page);
}

namespace {

describe::Value own_json(std::string_view json) {
  auto value = describe::parse_json(json, "the result");
  SLUICE_CHECK(value.has_value());  // we have written it
  return std::move(*value);
}

}  // namespace

std::string markdown_report(std::string_view json) { return render_markdown(own_json(json)); }

std::string junit_report(std::string_view json) { return render_junit(own_json(json)); }

Result<void> check_web(std::string_view wanted, const std::string& where) {
  if (wanted == "html" && !has_web()) return tl::unexpected(no_web_error(where));
  return {};
}

tl::unexpected<Error> no_such_format(std::string where, std::string_view wanted,
                                     const std::vector<std::string>& names) {
  return invalid(std::move(where), fmt::format("{} is not one of {}{}", in_quotes(wanted),
                                               join(names), suggestion(wanted, names)));
}

}  // namespace sluice::app
