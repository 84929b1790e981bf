#pragma once

#include "config/config.hpp"
#include "config/loader.hpp"
#include "http/client/service_client.hpp"

#include <functional>
#include <string>

namespace standings {

/// A service, and where the token for it comes from, for messages.
struct service_target {
  service_address address{};
  std::string token_source{};  ///< empty: there is no token
  std::string token_problem{}; ///< why there is none, if one was expected
  bool elsewhere = false;      ///< the configuration need not be the service's
};

/// What a command is called with.
struct invocation {
  config settings{};
  service_target service{}; ///< for commands that talk to a service
  bool json = false;        ///< results and errors are JSON
  std::string config_file{};
  std::function<load_outcome()> load{}; ///< reads the configuration again
};

} // namespace standings
