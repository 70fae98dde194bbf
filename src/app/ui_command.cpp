#include "app/ui_command.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/ui_api.hpp"
#include "app/ui_runs.hpp"
#include "app/web_server.hpp"
#include "describe/value.hpp"
#include "report/web_assets.hpp"
#include "scenario/overlay_files.hpp"
#include "scenario/read_file.hpp"

namespace sluice::app {
namespace {

// No scenario can put them right, so that the page could only show them.
Errors flaws_in_overlays(const std::vector<std::string>& overlays) {
  describe::Value nothing = describe::Value::object();
  const auto taken = scenario::take_overlays(nothing, "", overlays);
  return taken ? Errors{} : taken.error();
}

}  // namespace

Exit serve_ui(const UiArguments& arguments) {
  const WebPage page{.title = "sluice", .script = web_asset("ui.js"), .style = web_asset("ui.css")};
  if (page.script.empty()) {
    return report(Error{
        .where = "sluice ui",
        .message = fmt::format("this program was built without its web pages: {}", why_no_web())});
  }
  if (!arguments.scenario.empty()) {
    // Whatever it says, the page's editor shows; but it has to be there.
    const auto text = scenario::read_file(arguments.scenario);
    if (!text) return report(text.error());
  }
  auto catalog = scenario::load_catalog(arguments.catalog);
  if (!catalog) return report(catalog.error());
  if (const auto flaws = flaws_in_overlays(arguments.overlays); !flaws.empty()) {
    return report(flaws);
  }
  UiApi api({.catalog = std::move(*catalog),
             .catalog_folder = arguments.catalog,
             .overlays = arguments.overlays},
            arguments.scenario);
  auto server = WebServer::start(page, api, {.port = arguments.port});
  if (!server) return report(server.error());
  net::EventLoop& loop = (*server)->loop();
  UiRuns runs(loop, api.base());
  api.set_runs(&runs);
  loop.stop_on_signals();  // before a reader of the line may send one
  if (!print(stdout, fmt::format("sluice ui: {}\nThe address is a key to this page: keep it to "
                                 "yourself. Ctrl-C ends it.\n",
                                 (*server)->url()))) {
    return Exit::kFailure;
  }
  (*server)->run();
  return print(stdout, "\n") ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
