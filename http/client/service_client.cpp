#include "http/client/service_client.hpp"

#include "core/base/exact_json.hpp"
#include "http/client/deadline.hpp"
#include "http/client/pinned_certificate.hpp"

#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

/// The time that the service itself allows for `undo`.
constexpr std::chrono::seconds long_limit{600};
constexpr std::chrono::seconds connect_limit{5};
constexpr std::size_t most_read = 64 * 1024 * 1024;

/// The code with this name; `internal` for one that only a later version of the service has.
errc code_named(const std::string& name) {
  for (int i = 1; i <= static_cast<int>(errc::internal); ++i)
    if (to_string(static_cast<errc>(i)) == name)
      return static_cast<errc>(i);
  return errc::internal;
}

failure problem_of(const json::object& body) {
  const auto code = text_of(body, "code");
  return fail(code_named(code), text_of(body, "detail") + " (" + code + ")",
              text_of(body, "field"));
}

} // namespace

struct service_client::outcome {
  int status = 0;
  std::string location{};
  std::string body{};
};

service_client::service_client(service_address where) : where_(std::move(where)) {}

struct service_client::connection {
  std::unique_ptr<pinned_certificate> pinned{}; ///< before the client, which uses it
  std::unique_ptr<httplib::ClientImpl> client{};
};

result<service_client::connection> service_client::connect() const {
  const auto& [https, host, port, prefix] = where_.url;
  connection out;
  if (https) {
    auto client = std::make_unique<httplib::SSLClient>(host, port);
    if (!where_.certificate_file.empty()) {
      auto pinned = pinned_certificate::read(where_.certificate_file);
      if (!pinned)
        return pinned.error();
      out.pinned = std::move(*pinned);
      out.pinned->demand(*client->ssl_context());
      client->enable_server_certificate_verification(false); // it would want an authority, too
    } else if (!where_.ca_file.empty()) {
      client->set_ca_cert_path(where_.ca_file);
    }
    out.client = std::move(client);
  } else {
    out.client = std::make_unique<httplib::ClientImpl>(host, port);
  }
  out.client->set_connection_timeout(std::min(connect_limit, limit_));
  out.client->set_write_timeout(limit_);
  out.client->set_read_timeout(limit_);
  return out;
}

result<service_client::outcome> service_client::send(httplib::Request call) const {
  call.path = where_.url.prefix + call.path;
  if (!where_.token.empty())
    call.headers.emplace("Authorization", "Bearer " + where_.token);
  outcome answer;
  call.response_handler = [&](const httplib::Response& head) {
    answer.status = head.status;
    answer.location = head.get_header_value("Location");
    return true;
  };
  call.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    answer.body.append(data, size);
    return answer.body.size() <= most_read;
  };
  const auto to = connect();
  if (!to)
    return to.error();
  deadline limit{limit_, [&] {
                   to->client->stop();
                 }};
  const auto done = to->client->send(call);
  const bool expired = limit.end();
  if (to->pinned && to->pinned->was_refused())
    return explain_stranger();
  if (!done)
    return explain_absence(done.error(), expired);
  return answer;
}

failure service_client::explain_absence(httplib::Error error, bool expired) const {
  const auto where = to_string(where_.url);
  const auto away = [&](const std::string& why) {
    return fail(errc::store_unavailable, why);
  };
  if (expired || error == httplib::Error::Read || error == httplib::Error::Write)
    return away(where + " takes connections, but does not answer within "
                + std::to_string(limit_.count()) + " s; is it a Standings service, and alive?");
  if (error == httplib::Error::SSLServerVerification)
    return away("the certificate of " + where
                + " is not trusted for that name; --ca-file FILE names its authority");
  if (error == httplib::Error::SSLLoadingCerts)
    return away("the certificates of " + where_.ca_file + " cannot be read");
  if (error == httplib::Error::SSLConnection)
    return away(where + " does not speak TLS; is it http://?");
  if (error == httplib::Error::Canceled)
    return away(where + " answers with more than 64 MiB");
  return away("no service answers at " + where + "; is `standings serve` running?");
}

failure service_client::explain_stranger() const {
  return fail(
      errc::store_unavailable,
      to_string(where_.url) + " shows another certificate than " + where_.certificate_file
          + " (http.tls.cert_file); a service reads a renewed one at SIGHUP. --ca-file FILE "
            "names an authority to trust instead");
}

service_client::json_result service_client::read(const result<outcome>& given) const {
  if (!given)
    return given.error();
  const auto& answer = *given;
  const auto where = to_string(where_.url);
  if (answer.status >= 300 && answer.status < 400)
    return fail(errc::internal,
                where + " redirects to " + answer.location + "; give the address that answers");
  auto body = json_object_in(answer.body);
  if (!body)
    return fail(errc::internal, where + " answers something that is not Standings (status "
                                    + std::to_string(answer.status) + ")");
  if (answer.status >= 400 && body->if_contains("code"))
    return problem_of(*body);
  return std::move(*body);
}

service_client::json_result service_client::get(const std::string& path) {
  httplib::Request call;
  call.method = "GET";
  call.path = path;
  return read(send(std::move(call)));
}

result<std::string> service_client::get_text(const std::string& path) {
  httplib::Request call;
  call.method = "GET";
  call.path = path;
  const auto answer = send(std::move(call));
  if (answer && answer->status == 200)
    return answer->body;
  const auto refused = read(answer);
  return refused ? fail(errc::internal, "status " + std::to_string(answer->status))
                 : refused.error();
}

service_client::json_result service_client::post(const std::string& path, const json::object& body,
                                                 const httplib::Headers& headers) {
  return send_json("POST", path, body, headers);
}

service_client::json_result service_client::put(const std::string& path, const json::object& body) {
  return send_json("PUT", path, body, {});
}

service_client::json_result service_client::del(const std::string& path) {
  httplib::Request call;
  call.method = "DELETE";
  call.path = path;
  return read(send(std::move(call)));
}

service_client::json_result service_client::send_json(const char* method, const std::string& path,
                                                      const json::object& body,
                                                      const httplib::Headers& headers) const {
  httplib::Request call;
  call.method = method;
  call.path = path;
  call.headers = headers;
  call.headers.emplace("Content-Type", "application/json");
  call.body = json::serialize(body);
  return read(send(std::move(call)));
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
