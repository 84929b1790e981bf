#pragma once

#include "config/config.hpp"
#include "core/result.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <string>

namespace standings {

/// Asks the running service at the configured address, with the configured
/// token. Fails with `store_unavailable` where nothing answers there, and with the
/// service's own code and detail where it answers a problem.
class service_client {
public:
  explicit service_client(const config& settings);

  [[nodiscard]] result<boost::json::object> get(const std::string& path);
  [[nodiscard]] result<boost::json::object> post(const std::string& path,
                                                 const boost::json::object& body = {});

  /// How long an answer may take.
  void patience(std::chrono::seconds limit) { limit_ = limit; }

private:
  std::string host_;
  int port_;
  std::string token_;
  std::chrono::seconds limit_{120};
};

/// A member as text, whatever it is; empty where there is none.
std::string text_of(const boost::json::object& from, const char* name);

} // namespace standings
