#pragma once

#include "core/base/result.hpp"
#include "http/client/service_url.hpp"

#include <boost/json.hpp>
#include <httplib.h>

#include <chrono>
#include <memory>
#include <string>

namespace standings {

/// The address of a service, and what it takes to be let in.
struct service_address {
  service_url url;
  std::string token{};   ///< a secret, sent as a bearer token unless empty
  std::string ca_file{}; ///< PEM; empty: the system's certificate authorities
  /// PEM; if set, the service has to show this very certificate, and no authority is asked.
  std::string certificate_file{};
};

/// Sends requests to a running service. Fails with `store_unavailable` if it cannot be reached or
/// does not answer in time, and with the service's own code, detail and field if it answers with a
/// problem document. A request takes at most the limit, connecting included.
class service_client {
public:
  using json_result = result<boost::json::object>;

  explicit service_client(service_address where);

  [[nodiscard]] json_result get(const std::string& path);
  [[nodiscard]] json_result post(const std::string& path, const boost::json::object& body = {},
                                 const httplib::Headers& headers = {});
  [[nodiscard]] json_result put(const std::string& path, const boost::json::object& body);
  [[nodiscard]] json_result del(const std::string& path);

  /// The body of an answer with status 200 that need not be JSON.
  [[nodiscard]] result<std::string> get_text(const std::string& path);

  /// Checks that a service answers, then raises the time limit for long requests.
  [[nodiscard]] result<void> await_long_answers();

  void set_limit(std::chrono::seconds limit) { limit_ = limit; }

private:
  struct outcome;
  struct connection;

  [[nodiscard]] result<connection> connect() const;
  [[nodiscard]] result<outcome> send(httplib::Request call) const;
  [[nodiscard]] json_result send_json(const char* method, const std::string& path,
                                      const boost::json::object& body,
                                      const httplib::Headers& headers) const;
  [[nodiscard]] failure explain_absence(httplib::Error error, bool expired) const;
  [[nodiscard]] failure explain_stranger() const;
  [[nodiscard]] json_result read(const result<outcome>& given) const;

  service_address where_;
  std::chrono::seconds limit_{10};
};

/// A member converted to text; empty if it is absent.
std::string text_of(const boost::json::object& from, const char* name);

} // namespace standings
