#include "app/ui_command.hpp"

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/ui_api.hpp"
#include "app/ui_runs.hpp"
#include "app/web_server.hpp"
#include "report/web_assets.hpp"
#include "scenario/read_file.hpp"

namespace sluice::app {

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
  auto catalog = scenario::load_catalog(std::nullopt);
  if (!catalog) return report(catalog.error());
  UiApi api(std::move(*catalog), arguments.scenario);
  auto server = WebServer::start(page, api, {.port = arguments.port});
  if (!server) return report(server.error());
  net::EventLoop& loop = (*server)->loop();
  UiRuns runs(loop, api.catalog());
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
