#pragma once

#include <boost/json/value.hpp>
#include <httplib.h>

#include <cstdint>
#include <string>

namespace standings::test {

/// The result of a request.
struct response {
  int status = 0; ///< 0: no answer
  std::string body;
  httplib::Headers headers{};

  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] boost::json::value json() const;

  /// The `code` of a problem document, or a text that says what is wrong with it.
  [[nodiscard]] std::string problem_code() const;
};

/// A client that keeps its connection, for one thread at a time. Paths are sent unchanged, so ids
/// in them have to be encoded: see `encoded`.
class http_client {
public:
  explicit http_client(std::uint16_t port);

  /// A client that sends these headers with every request.
  http_client(std::uint16_t port, const httplib::Headers& always);

  response get(const std::string& path, const httplib::Headers& headers = {});
  response del(const std::string& path, const httplib::Headers& headers = {});
  response put(const std::string& path, const std::string& body);
  response post(const std::string& path, const std::string& body = {},
                const httplib::Headers& headers = {},
                const std::string& content_type = "application/json");

  /// POST of one increment; without an Idempotency-Key if `key` is empty.
  response update(const std::string& user_id, std::int64_t count = 1, const std::string& key = {});

private:
  httplib::Client client_;
};

/// `text`, percent-encoded for a path segment.
std::string encoded(const std::string& text);

} // namespace standings::test
