// A result as one file for a browser: the JSON of any of our formats, with the script that draws it
// and the style sheet, in one page that asks no network for anything. The JSON's "format" picks the
// view; a number in the page is the number in the JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice {

// Text for HTML, in elements and in attributes within double quotes.
std::string html_text(std::string_view text);

struct HtmlPage {
  std::string title;  // of the window; as text, not as markup
};

// What draws a page: both are embedded in the program (web_assets.hpp).
struct HtmlBundle {
  std::string_view script;
  std::string_view style;
};
HtmlBundle report_bundle() noexcept;

// Whether this build can make pages.
bool has_web() noexcept;

// `json` is trusted to be JSON; names in it are not: they cannot end the element that they stand
// in. Error (kUsage) where the bundle is empty, because the program was built without npm.
Result<std::string> render_html(std::string_view json, const HtmlPage& page,
                                const HtmlBundle& bundle = report_bundle());

// What render_html says where it cannot, for who asks before the work begins.
Error no_web_error(std::string where);

}  // namespace sluice
