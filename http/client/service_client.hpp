#pragma once

#include "core/base/result.hpp"

#include <boost/json.hpp>
#include <httplib.h>

#include <chrono>
#include <string>

namespace standings {

/// The address of a service, and the token for its admin routes.
struct service_address {
  std::string host;
  int port = 0;
  std::string token;
};

/// Sends requests to a running service. Fails with `store_unavailable` if it does not answer within
/// ten seconds, and with the service's own code and detail if it answers with a problem document.
class service_client {
public:
  explicit service_client(service_address where);

  [[nodiscard]] result<boost::json::object> get(const std::string& path);
  [[nodiscard]] result<boost::json::object> post(const std::string& path,
                                                 const boost::json::object& body = {});

  /// Checks that a service answers, then raises the time limit for long requests.
  [[nodiscard]] result<void> await_long_answers();

private:
  [[nodiscard]] httplib::Client client() const;
  [[nodiscard]] result<boost::json::object> read(const httplib::Result& answer) const;

  service_address where_;
  std::chrono::seconds limit_{10}; ///< for one answer
};

/// A member converted to text; empty if it is absent.
std::string text_of(const boost::json::object& from, const char* name);

} // namespace standings
