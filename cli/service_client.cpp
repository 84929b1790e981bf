#include "cli/service_client.hpp"

#include <httplib.h>

namespace standings {

namespace {

namespace json = boost::json;

/// Where a service that listens on `host` can be reached from this machine.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0" || host == "::")
    return "127.0.0.1";
  return host;
}

result<json::object> read(const httplib::Result& answer, const std::string& where) {
  if (!answer)
    return fail(errc::store_unavailable,
                "no service answers at " + where + "; is `standings serve` running?");
  boost::system::error_code error;
  auto body = json::parse(answer->body, error);
  if (error || !body.is_object())
    return fail(errc::internal, where + " answers something that is not Standings");
  if (answer->status >= 400 && body.get_object().if_contains("code"))
    return fail(errc::internal, text_of(body.get_object(), "detail") + " ("
                                    + text_of(body.get_object(), "code") + ")");
  return std::move(body.get_object());
}

} // namespace

service_client::service_client(const config& settings)
    : host_(reachable(settings.http.host)), port_(settings.http.port),
      token_(settings.admin.token) {}

result<json::object> service_client::get(const std::string& path) {
  httplib::Client client{host_, port_};
  client.set_read_timeout(limit_);
  httplib::Headers headers;
  if (!token_.empty())
    headers.emplace("Authorization", "Bearer " + token_);
  return read(client.Get(path.c_str(), headers), host_ + ":" + std::to_string(port_));
}

result<json::object> service_client::post(const std::string& path, const json::object& body) {
  httplib::Client client{host_, port_};
  client.set_read_timeout(limit_);
  httplib::Headers headers;
  if (!token_.empty())
    headers.emplace("Authorization", "Bearer " + token_);
  return read(client.Post(path.c_str(), headers, json::serialize(body), "application/json"),
              host_ + ":" + std::to_string(port_));
}

std::string text_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  if (!value || value->is_null())
    return {};
  return value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

} // namespace standings
