// Pages of results: text from data cannot leave its place, and a build without npm says so.
#include "report/html.hpp"

#include <string>

#include "report/web_assets.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr HtmlBundle kBundle{.script = "draw();", .style = "p { color: red }"};

std::string page(std::string_view json, const std::string& title = "a title") {
  const auto html = render_html(json, {.title = title}, kBundle);
  REQUIRE(html.has_value());
  return *html;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("a page holds the data, the script and the style, and names no address") {
  const std::string html = page(R"({"format": "sluice-result", "n": 1.50})");
  CHECK(count(html, R"({"format": "sluice-result", "n": 1.50})") == 1);
  CHECK(count(html, "<script>draw();</script>") == 1);
  CHECK(count(html, "<style>p { color: red }</style>") == 1);
  CHECK(count(html, "http") == 1);  // of http-equiv
}

TEST_CASE("a name in the data cannot end the element that holds the data") {
  const std::string html = page(R"({"name": "</script><script>alert(1)</script><!--"})");
  CHECK(count(html, "</script>") == 2);  // of the data and of the script
  CHECK(count(html, "<!--") == 0);
  CHECK(count(html, R"("\u003c/script>\u003cscript>alert(1)\u003c/script>\u003c!--")") == 1);
}

TEST_CASE("a title is text, not markup") {
  const std::string html = page("{}", "<b>\"Q&A\"</b>");
  CHECK(count(html, "<title>&lt;b&gt;&quot;Q&amp;A&quot;&lt;/b&gt;</title>") == 1);
}

TEST_CASE("without the bundle there is one error that says what to install") {
  const auto html = render_html("{}", {.title = ""}, HtmlBundle{});
  REQUIRE_FALSE(html.has_value());
  CHECK(html.error().code == ErrorCode::kUsage);
  CHECK(count(html.error().message, "without its web parts") == 1);
  CHECK(count(html.error().message, "nodejs and npm") == 1);
}

TEST_CASE("what is embedded is whole, or there is a reason why it is not") {
  CHECK(web_asset("no such file").empty());
  CHECK(web_asset("").empty());
  if (!has_web()) {
    CHECK_FALSE(why_no_web().empty());
    return;
  }
  CHECK(why_no_web().empty());
  // What would end the element that a bundle is put in.
  CHECK(count(report_bundle().script, "</script") == 0);
  CHECK(count(report_bundle().script, "<!--") == 0);
  CHECK(count(report_bundle().style, "</style") == 0);
  CHECK(render_html("{}", {.title = "t"})->size() < 1'500'000);
}

}  // namespace sluice
