#pragma once

#include "core/base/result.hpp"

#include <boost/json.hpp>
#include <httplib.h>

#include <chrono>
#include <string>

namespace standings {

/// Where a service listens, and the token that its admin routes want.
struct service_address {
  std::string host;
  int port = 0;
  std::string token;
};

/// Asks a running service. Fails with `store_unavailable` where nothing answers there within ten
/// seconds, and with the service's own code and detail where it answers a problem.
class service_client {
public:
  explicit service_client(service_address where);

  [[nodiscard]] result<boost::json::object> get(const std::string& path);
  [[nodiscard]] result<boost::json::object> post(const std::string& path,
                                                 const boost::json::object& body = {});

  /// Makes sure that a service answers there, and waits longer for what it works on.
  [[nodiscard]] result<void> await_long_answers();

private:
  [[nodiscard]] httplib::Client client() const;
  [[nodiscard]] result<boost::json::object> read(const httplib::Result& answer) const;

  service_address where_;
  std::chrono::seconds limit_{10}; ///< for an answer
};

/// A member as text, whatever it is; empty where there is none.
std::string text_of(const boost::json::object& from, const char* name);

} // namespace standings
