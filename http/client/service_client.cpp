#include "http/client/service_client.hpp"

#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

/// The address at which this machine reaches a service that listens on `host`.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0" || host == "::")
    return "127.0.0.1";
  return host;
}

/// The time that the service itself allows for `undo`.
constexpr std::chrono::seconds long_limit{600};
constexpr std::chrono::seconds connect_limit{5};

} // namespace

service_client::service_client(service_address where) : where_(std::move(where)) {
  where_.host = reachable(where_.host);
}

httplib::Client service_client::client() const {
  httplib::Client out{where_.host, where_.port};
  out.set_connection_timeout(connect_limit);
  out.set_write_timeout(limit_);
  out.set_read_timeout(limit_);
  if (!where_.token.empty())
    out.set_default_headers({{"Authorization", "Bearer " + where_.token}});
  return out;
}

result<json::object> service_client::read(const httplib::Result& answer) const {
  const auto where = where_.host + ":" + std::to_string(where_.port);
  if (!answer && answer.error() == httplib::Error::Read)
    return fail(errc::store_unavailable, where + " takes connections, but does not answer within "
                                             + std::to_string(limit_.count())
                                             + " s; is it a Standings service, and alive?");
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

result<json::object> service_client::get(const std::string& path) {
  return read(client().Get(path));
}

result<json::object> service_client::post(const std::string& path, const json::object& body) {
  return read(client().Post(path, json::serialize(body), "application/json"));
}

result<void> service_client::await_long_answers() {
  if (const auto alive = get("/healthz"); !alive)
    return alive.error();
  limit_ = long_limit;
  return {};
}

std::string text_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  if (!value || value->is_null())
    return {};
  return value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

} // namespace standings
