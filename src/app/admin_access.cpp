#include "app/admin_access.hpp"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "live/environment.hpp"
#include "live/secret.hpp"
#include "net/url.hpp"

namespace sluice::app {

std::vector<std::string> files_read(const AdminArguments& arguments) {
  std::vector<std::string> files;
  for (const std::string* file : {&arguments.env_file, &arguments.key_file, &arguments.ca_file}) {
    if (!file->empty()) files.push_back(*file);
  }
  return files;
}

Result<AdminAccess> open_admin(const AdminArguments& arguments) {
  live::forbid_core_files();
  net::ClientOptions target;
  SLUICE_TRY(target.target, net::parse_url(arguments.target, "--target"));
  target.ca_file = arguments.ca_file;
  SLUICE_TRY(target.proxy, net::proxy_for(target.target, [](const char* name) {
               return static_cast<const char*>(std::getenv(name));
             }));
  SLUICE_TRY(admin::AdminPorts ports, admin::network_ports(target));
  ports.on_wait = [](Duration time, const std::string& why) {
    print(stderr, fmt::format("{}: waiting {}\n", why, exact_text(time)));
  };
  auto key = admin::find_admin_key({.env_file = arguments.env_file, .key_file = arguments.key_file},
                                   live::process_environment);
  if (!key) {
    key.error().code = ErrorCode::kUsage;  // a file that cannot be read, too
    return tl::unexpected(std::move(key).error());
  }
  std::string where = target.target.text();
  return AdminAccess{.client = admin::AdminClient(std::move(ports), *key, where,
                                                  fmt::format("sluice/{}", version())),
                     .target = std::move(where)};
}

Exit report_admin(const Error& error) {
  report(error);
  if (error.code == ErrorCode::kInterrupted) return Exit::kInterrupted;
  return error.code == ErrorCode::kIo ? Exit::kFailure : Exit::kUsage;
}

}  // namespace sluice::app
