#include "report/html.hpp"

#include <utility>

#include <fmt/format.h>

#include "report/markup.hpp"
#include "report/web_assets.hpp"

namespace sluice {
namespace {

// The page may run its own script and style and load nothing: a second lock behind the first.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: "
    "blob:";

// In JSON a `<` stands in strings only, where \u003c means the same.
void append_json(std::string& out, std::string_view json) {
  std::size_t begin = 0;
  for (std::size_t end = json.find('<'); end != std::string_view::npos;
       end = json.find('<', begin)) {
    out.append(json, begin, end - begin);
    out += "\\u003c";
    begin = end + 1;
  }
  out.append(json, begin, std::string_view::npos);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const std::string_view entity = entity_of(c);
    out += entity.empty() ? std::string_view(&c, 1) : entity;
  }
  return out;
}

HtmlBundle report_bundle() noexcept {
  return {.script = web_asset("report.js"), .style = web_asset("report.css")};
}

bool has_web() noexcept { return !report_bundle().script.empty(); }

Error no_web_error(std::string where) {
  const std::string_view reason = why_no_web();
  return {.code = ErrorCode::kUsage,
          .where = std::move(where),
          .message = fmt::format(
              "this program was built without its web parts{}{}, so it has no HTML reports and no "
              "pages; install nodejs and npm (tools/dev setup web) and build it again",
              reason.empty() ? "" : ": ", reason)};
}

Result<std::string> render_html(std::string_view json, const HtmlPage& page,
                                const HtmlBundle& bundle) {
  if (bundle.script.empty()) return tl::unexpected(no_web_error("html"));
  std::string out;
  out.reserve(json.size() + bundle.script.size() + bundle.style.size() + 4096);
  out +=
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"";
  out += kPolicy;
  out += "\">\n<title>";
  out += html_text(page.title);
  out += "</title>\n<style>";
  out += bundle.style;
  out += "</style>\n</head>\n<body>\n<noscript>This report is drawn by a script.</noscript>\n";
  out += "<script type=\"application/json\" id=\"sluice-data\">\n";
  append_json(out, json);
  out += "</script>\n<script>";
  out += bundle.script;
  out += "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace sluice
