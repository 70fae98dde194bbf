// How the commands that read the Admin API get at it: the target, the key that is never on a
// command line, and a line on stderr while they have to wait.
#pragma once

#include <optional>
#include <string>

#include "admin/admin_client.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"

namespace sluice::app {

struct AdminArguments {
  std::string target = admin::kDefaultTarget;
  std::string env_file;
  std::string key_file;  // --admin-key-file
  std::string ca_file;
  std::optional<std::string> catalog;  // folder
  std::string format = "text";
  bool force = false;  // the file that is written may be there
};

// Files that are read, for what is written must be none of them.
std::vector<std::string> files_read(const AdminArguments& arguments);

struct AdminAccess {
  admin::AdminClient client;
  std::string target;  // for people
};

// Forbids core files, then reads the key. Nothing is sent yet.
Result<AdminAccess> open_admin(const AdminArguments& arguments);

// One line on stderr. 2: what was given is wrong; 1: the server or the network; 130: Ctrl-C.
Exit report_admin(const Error& error);

}  // namespace sluice::app
