#include "http/server/server.hpp"

#include "http/server/address_probe.hpp"
#include "http/server/auth.hpp"
#include "http/server/problem.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace standings {

namespace {

/// Hands each connection to the pool on the accepting thread: that is all httplib's queue is used
/// for.
class inline_queue final : public httplib::TaskQueue {
public:
  using enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({})); // bool in newer ones

  enqueued enqueue(std::function<void()> task) override {
    task();
    return static_cast<enqueued>(true);
  }
  void shutdown() override {}
};

/// The state of the request that this thread serves: httplib's callbacks get only const views of
/// the request, and share their findings here.
struct exchange {
  connection* from = nullptr;
  std::string request_id;
  router::match target;
  bool client_closes = false; ///< the client asked to close after this response
  bool answered = false;      ///< httplib or we have written a response
  bool dispatched = false;    ///< reading is over: the response is ours, not httplib's
};
thread_local exchange current; // NOLINT: one per worker thread, reset for each request

void write_answer(answer a, httplib::Response& rs) {
  rs.status = a.status;
  rs.body = std::move(a.body);
  rs.set_header("Content-Type", a.content_type);
  for (const auto& [name, value] : a.headers)
    rs.set_header(name, value);
}

void write_problem(const failure& why, httplib::Response& rs) {
  write_answer(problem_answer(why, current.request_id), rs);
}

/// Responds without reading the body, and therefore closes the connection.
void refuse_unread(const failure& why, httplib::Response& rs) {
  write_problem(why, rs);
  current.from->close_after_answer = true;
  current.dispatched = true;
}

bool is_json(const httplib::Request& rq) {
  auto type = rq.get_header_value("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ')
    type.pop_back();
  return boost::iequals(type, "application/json");
}

void call_handler(const httplib::Request& rq, httplib::Response& rs) {
  current.dispatched = true;
  const request view{rq, std::move(current.target.captures), current.request_id};
  try {
    auto answered = current.target.found->handle(view);
    answered ? write_answer(std::move(*answered), rs) : write_problem(answered.error(), rs);
  } catch (const std::exception& e) {
    spdlog::error("Failed to answer {} {} ({}): {}", rq.method, rq.path, current.request_id,
                  e.what());
    write_problem(fail(errc::internal), rs);
  }
}

/// Translates httplib's own refusals.
failure from_status(int status) {
  switch (current.from->why_cut()) {
  case cut::timed_out:
    return fail(errc::request_timeout, "the request did not arrive in time");
  case cut::headers_too_large:
    return fail(errc::headers_too_large, "the headers are larger than accepted");
  case cut::body_too_large:
    return fail(errc::body_too_large, "the body is larger than accepted");
  case cut::none:
    break;
  }
  if (status == 413)
    return fail(errc::body_too_large, "the body is larger than accepted");
  if (status == 414)
    return fail(errc::headers_too_large, "the request target is too long");
  return fail(errc::malformed, "not a complete HTTP/1.1 request");
}

/// A complete response for clients that never reach httplib, or that it drops without a response.
std::string last_words(const failure& why) {
  const auto id = request_id_of({});
  const auto said = problem_answer(why, id);
  std::string out = "HTTP/1.1 " + std::to_string(said.status) // the reason phrase is optional
                    + " \r\nContent-Type: " + said.content_type + "\r\nX-Request-Id: " + id
                    + "\r\nConnection: close\r\nContent-Length: " + std::to_string(said.body.size())
                    + "\r\n";
  for (const auto& [name, value] : said.headers)
    out += name + ": " + value + "\r\n";
  return out + "\r\n" + said.body;
}

std::string overload_answer() {
  return last_words(fail(errc::overloaded, "more requests in flight than allowed"));
}

} // namespace

http_server::http_server(router routes, const server_options& options)
    : routes_(std::move(routes)), options_(options) {
  new_task_queue = [] {
    return new inline_queue;
  };
  // SO_REUSEPORT, httplib's default, would let two services share a port unnoticed
  set_socket_options([](socket_t sock) {
    const int on = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  set_payload_max_length(options_.pool.limits.max_body_bytes);
  set_pre_routing_handler(
      [this](const httplib::Request& rq, httplib::Response& rs) { return before_body(rq, rs); });
  const auto handle = [this](const httplib::Request& rq, httplib::Response& rs) {
    with_body(rq, rs);
  };
  Post(".*", handle);
  Put(".*", handle);
  Patch(".*", handle);
  Delete(".*", handle);
  set_error_handler([this](const httplib::Request& rq, httplib::Response& rs) { explain(rq, rs); });
  set_post_routing_handler(
      [this](const httplib::Request& rq, httplib::Response& rs) { decorate(rq, rs); });
  pool_ = std::make_unique<connection_pool>(
      options_.pool, [this](connection& c) { return serve_one(c); }, overload_answer);
}

http_server::~http_server() {
  pool_.reset(); // its threads use this object
}

result<std::uint16_t> http_server::bind() {
  int port = options_.port;
  const bool bound =
      port == 0 ? (port = bind_to_any_port(options_.host)) > 0 : bind_to_port(options_.host, port);
  if (!bound) {
    const auto again = probe_address(options_.host, options_.port); // httplib reports no reason
    return again
               ? fail(errc::out_of_range,
                      "cannot listen on " + address_text(options_.host, options_.port), "http.port")
               : again.error();
  }
  ::listen(svr_sock_, SOMAXCONN); // httplib's backlog of 5 drops bursts of connections
  return static_cast<std::uint16_t>(port);
}

bool http_server::serve() {
  return listen_after_bind();
}

void http_server::stop(std::chrono::milliseconds grace) {
  // httplib's own stop() does nothing before serve() has begun
  if (const auto sock = svr_sock_.exchange(INVALID_SOCKET); sock != INVALID_SOCKET) {
    ::shutdown(sock, SHUT_RDWR);
    ::close(sock);
  }
  pool_->drain(grace);
}

bool http_server::process_and_close_socket(socket_t sock) {
  pool_->adopt(sock);
  return true;
}

bool http_server::serve_one(connection& c) {
  current = {};
  current.from = &c;
  bool closing = false;
  const auto on_headers = [&c](httplib::Request& rq) {
    c.headers_done(rq.has_header("Transfer-Encoding"));
    current.client_closes = has_token(rq, "Connection", "close");
    rq.ranges.clear(); // responses are small and sent whole
  };
  const auto process = [&](auto& server) {
    if constexpr (requires { server.process_request(c, false, closing, on_headers); }) {
      return server.process_request(c, false, closing, on_headers);
    } else { // since httplib 0.18
      std::string ip;
      int port = 0;
      c.get_remote_ip_and_port(ip, port);
      return server.process_request(c, ip, port, {}, 0, false, closing, on_headers);
    }
  };
  const bool answered = process(*this);
  if (!current.answered && c.why_cut() != cut::none) { // cut within the request line
    const auto words = last_words(from_status(0));
    c.write(words.data(), words.size());
    c.close_after_answer = true;
  }
  const bool sent = c.flush();
  if (!sent)
    return false;
  if (c.close_after_answer)
    c.linger();
  return answered && !closing && !current.client_closes && !c.close_after_answer;
}

httplib::Server::HandlerResponse http_server::before_body(const httplib::Request& rq,
                                                          httplib::Response& rs) {
  current.request_id = request_id_of(rq);
  const auto path = path_segments(rq.target);
  const auto framing = framing_of(rq, options_.pool.limits.max_body_bytes);
  const auto refuse = [&](const failure& why) {
    refuse_unread(why, rs);
    return HandlerResponse::Handled;
  };
  if (!framing)
    return refuse(framing.error());
  const auto refuse_early = [&](const failure& why) {
    if (framing->present)
      return refuse(why);
    current.dispatched = true;
    write_problem(why, rs);
    return HandlerResponse::Handled;
  };
  if (!path)
    return refuse_early(path.error());
  current.target = routes_.find(rq.method, *path);
  const auto* found = current.target.found;
  if (!found && current.target.allow.empty())
    return refuse_early(fail(errc::unknown_route, "there is no such path"));
  if (!found) {
    rs.set_header("Allow", current.target.allow);
    return refuse_early(fail(errc::method_not_allowed, "this path has " + current.target.allow));
  }
  if (found->who == access::admin)
    if (const auto allowed = authorize_admin(rq, options_.admin_token); !allowed)
      return refuse_early(allowed.error());
  const bool needs_json = found->body == body_kind::json
                          || (found->body == body_kind::optional_json && framing->present);
  if (needs_json && !is_json(rq))
    return refuse_early(fail(errc::unsupported_media_type,
                             "Content-Type has to be application/json", "Content-Type"));
  if (framing->present && (rq.method == "GET" || rq.method == "HEAD"))
    return refuse(fail(errc::malformed, "GET takes no body"));
  if (framing->present)
    return HandlerResponse::Unhandled; // httplib reads the body, then calls with_body
  call_handler(rq, rs);
  return HandlerResponse::Handled;
}

void http_server::with_body(const httplib::Request& rq, httplib::Response& rs) {
  // httplib checks only the announced length of a body, and a chunked one has none
  if (rq.body.size() > options_.pool.limits.max_body_bytes)
    return refuse_unread(fail(errc::body_too_large, "the body is larger than accepted"), rs);
  // httplib takes an overlong chunk for the last one
  if (rq.has_header("Transfer-Encoding") && !current.from->at_blank_line())
    return refuse_unread(fail(errc::malformed, "the chunks of the body are broken"), rs);
  call_handler(rq, rs);
}

void http_server::explain(const httplib::Request& rq, httplib::Response& rs) const {
  if (current.dispatched)
    return;
  if (current.request_id.empty())
    current.request_id = request_id_of(rq);
  current.from->close_after_answer = true; // the start of the next request is unknown
  const auto why = from_status(rs.status);
  write_problem(why, rs);
}

void http_server::decorate(const httplib::Request& rq, httplib::Response& rs) const {
  current.answered = true;
  rs.headers.erase("Keep-Alive");
  rs.set_header("X-Request-Id", current.request_id);
  if (current.from->close_after_answer || current.client_closes || pool_->draining()) {
    rs.headers.erase("Connection");
    rs.set_header("Connection", "close");
  } else if (rq.version == "HTTP/1.0" && rq.get_header_value("Connection") == "Keep-Alive") {
    rs.set_header("Connection", "keep-alive");
  }
}

} // namespace standings
