/// A candidate for the server's parser: Boost.Beast's parser and serializer.

#include "loop.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http.hpp>

#include <optional>

namespace {

namespace http = boost::beast::http;
using namespace candidates;

using request_parser = http::request_parser<http::string_body>;
using head = http::request_header<>;

/// Whether the lines that were parsed have a folded one, which Beast unfolds without a word.
bool has_fold(std::string_view lines) {
  return lines.find("\r\n ") != std::string_view::npos
         || lines.find("\r\n\t") != std::string_view::npos;
}

/// What Beast leaves to us (RFC 9112, 3.2 and 6): one Host, one length, no coding but chunked, and
/// a bound on the number of fields.
bool is_sound(const head& asked) {
  const auto hosts = asked.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && asked.version() == 11))
    return false;
  if (asked.count(http::field::content_length) > 1
      || std::distance(asked.begin(), asked.end()) > max_fields)
    return false;
  const auto coding = asked.find(http::field::transfer_encoding);
  return coding == asked.end()
         || (asked.version() == 11 && boost::beast::iequals(coding->value(), "chunked"));
}

http::status status_of(error_code refused) {
  if (refused == http::error::header_limit)
    return http::status::request_header_fields_too_large;
  if (refused == http::error::body_limit)
    return http::status::payload_too_large;
  return http::status::bad_request;
}

class beast_parser {
public:
  using shared = const answers;

  explicit beast_parser(const answers& constants) : answers_(constants) {}

  step take(std::string_view in, std::string& out) {
    begin();
    std::size_t consumed = 0;
    while (!parser_->is_done() && consumed < in.size()) {
      const bool in_head = !parser_->is_header_done();
      error_code failed;
      const auto used = parser_->put(asio::buffer(in.substr(consumed)), failed);
      if (in_head && has_fold(in.substr(consumed, used)))
        failed = http::error::bad_obs_fold;
      consumed += used;
      // Beast bounds what it sees at once, which a client that sends field by field evades
      if (in_head && (head_bytes_ += used) > max_head_bytes)
        failed = http::error::header_limit;
      if (failed == http::error::need_more)
        break;
      if (!failed && in_head && parser_->is_header_done())
        failed = on_head(consumed == in.size(), out);
      if (failed)
        return refuse(status_of(failed), consumed, out);
    }
    return parser_->is_done() ? answer(consumed, out) : step{found::part, consumed};
  }

private:
  void begin() {
    if (parser_)
      return;
    parser_.emplace();
    parser_->header_limit(max_head_bytes);
    parser_->body_limit(max_body_bytes);
    head_bytes_ = 0;
  }

  error_code on_head(bool body_is_missing, std::string& out) {
    // taken out, because Beast adds trailer fields to those of the head
    asked_ = std::move(parser_->get().base());
    if (!is_sound(asked_))
      return http::error::bad_value;
    if (body_is_missing && !parser_->is_done() && asked_.count(http::field::expect) > 0)
      out += "HTTP/1.1 100 Continue\r\n\r\n"; // the client may wait for that with its body
    return {};
  }

  step answer(std::size_t consumed, std::string& out) {
    const auto* body = answers_.find(asked_.method_string(), asked_.target());
    const bool stays = parser_->keep_alive();
    print(body ? http::status::ok : http::status::not_found, body ? *body : "{}", stays, out);
    parser_.reset();
    asked_ = {};
    return {stays ? found::request : found::last, consumed};
  }

  /// The start of the next request is unknown, so the connection ends.
  step refuse(http::status status, std::size_t consumed, std::string& out) {
    print(status, "{}", false, out);
    return {found::last, consumed};
  }

  void print(http::status status, std::string_view body, bool stays, std::string& out) const {
    http::response<http::span_body<const char>> said{status, asked_.version()};
    said.body() = {body.data(), body.size()};
    said.set("X-Request-Id", new_request_id());
    said.set(http::field::content_type, "application/json");
    said.content_length(body.size());
    said.keep_alive(stays);
    http::response_serializer<http::span_body<const char>> pieces{said};
    while (!pieces.is_done()) {
      error_code failed;
      pieces.next(failed, [&](error_code&, const auto& buffers) {
        for (const auto piece : boost::beast::buffers_range_ref(buffers))
          out.append(static_cast<const char*>(piece.data()), piece.size());
        pieces.consume(boost::beast::buffer_bytes(buffers));
      });
    }
  }

  const answers& answers_;
  std::optional<request_parser> parser_; ///< of the request that is arriving
  std::size_t head_bytes_ = 0;           ///< parsed of its head
  head asked_;
};

} // namespace

int main(int argc, char** argv) {
  return main_of<beast_parser>(argc, argv, "Beast's parser on event loops", "bench_beast_loop");
}
