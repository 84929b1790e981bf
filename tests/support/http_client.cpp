#include "tests/support/http_client.hpp"

#include <boost/json.hpp>

namespace standings::test {

namespace {

response from(const httplib::Result& result) {
  if (!result)
    return {};
  return {result->status, result->body, result->headers};
}

} // namespace

std::string response::header(const std::string& name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? "" : at->second;
}

boost::json::value response::json() const {
  return boost::json::parse(body);
}

std::string response::problem_code() const {
  if (status == 0)
    return "no answer";
  if (header("Content-Type") != "application/problem+json")
    return "no problem document: " + body;
  const auto document = json().as_object();
  for (const auto* name : {"type", "title", "status", "detail", "code", "request_id"})
    if (!document.contains(name))
      return std::string{"no "} + name;
  if (document.at("status").as_int64() != status)
    return "status differs";
  const std::string id{document.at("request_id").as_string()};
  if (id.empty() || id != header("X-Request-Id"))
    return "request_id '" + id + "', X-Request-Id '" + header("X-Request-Id") + "'";
  return std::string{document.at("code").as_string()};
}

http_client::http_client(std::uint16_t port) : http_client(port, {}) {}

http_client::http_client(std::uint16_t port, const httplib::Headers& always)
    : client_("127.0.0.1", port) {
  client_.set_keep_alive(true);
  client_.set_tcp_nodelay(true);
  client_.set_url_encode(false);
  client_.set_connection_timeout(10);
  client_.set_read_timeout(20);
  client_.set_default_headers(always);
}

response http_client::get(const std::string& path, const httplib::Headers& headers) {
  return from(client_.Get(path, headers));
}

response http_client::del(const std::string& path, const httplib::Headers& headers) {
  return from(client_.Delete(path, headers));
}

response http_client::put(const std::string& path, const std::string& body) {
  return from(client_.Put(path, body, "application/json"));
}

response http_client::post(const std::string& path, const std::string& body,
                           const httplib::Headers& headers, const std::string& content_type) {
  return from(client_.Post(path, headers, body, content_type));
}

response http_client::update(const std::string& user_id, std::int64_t count,
                             const std::string& key) {
  const boost::json::object body{{"user_id", user_id}, {"count", count}};
  httplib::Headers headers;
  if (!key.empty())
    headers.emplace("Idempotency-Key", key);
  return post("/api/redis-leaderboard/update", boost::json::serialize(body), headers);
}

std::string encoded(const std::string& text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

} // namespace standings::test
