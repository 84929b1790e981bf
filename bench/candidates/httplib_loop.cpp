/// A candidate for the server's parser: cpp-httplib's, which reads from a stream until it has a
/// whole request, so that each is collected before httplib sees it. Compiles with 0.11 and 0.18.

#include "loop.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <httplib.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace {

using namespace candidates;
using boost::algorithm::iequals;

constexpr auto npos = std::string_view::npos;
constexpr std::size_t max_chunk_line = 256;

// -- collecting ----------------------------------------------------------------------

/// Where a request ends, as its header says.
struct framing {
  std::ptrdiff_t fields = 0;
  std::size_t hosts = 0;
  std::optional<std::size_t> length;
  bool chunked = false;
  bool expects_continue = false;
};

enum class refusal : std::uint16_t { malformed = 400, body = 413, head = 431 };

bool is_token_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c))
         || (c != 0 && std::strchr("!#$%&'*+-.^_`|~", c));
}

bool is_value_character(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 127);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Reads all of `text` as a number. `from_chars` takes neither a blank, a sign nor 0x.
std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc{} && at == end && text.front() != '-' ? std::optional{value}
                                                                  : std::nullopt;
}

/// Notes a framing field; httplib drops the lines that it cannot parse, and decodes %XX in values,
/// so that both may hide a length.
bool take_field(std::string_view line, framing& found) {
  const auto colon = line.find(':');
  if (colon == npos || colon == 0 || ++found.fields > max_fields)
    return false;
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), is_token_character)
      || !std::all_of(value.begin(), value.end(), is_value_character))
    return false;
  if (iequals(name, "Host"))
    return ++found.hosts == 1;
  if (iequals(name, "Expect"))
    found.expects_continue = true;
  if (iequals(name, "Content-Length")) {
    if (found.length || found.chunked || !(found.length = number(value, 10)))
      return false;
  }
  if (iequals(name, "Transfer-Encoding")) {
    if (found.length || found.chunked || !iequals(value, "chunked"))
      return false;
    found.chunked = true;
  }
  return true;
}

/// The framing of a head, which ends with the line break of its last line.
std::optional<framing> framing_of(std::string_view head) {
  const auto first = head.find("\r\n");
  const bool is_old = head.substr(0, first).ends_with(" HTTP/1.0");
  framing found;
  for (auto rest = head.substr(first + 2); !rest.empty();) {
    const auto end = rest.find("\r\n");
    if (!take_field(rest.substr(0, end), found))
      return std::nullopt;
    rest.remove_prefix(end + 2);
  }
  if (is_old ? found.chunked : found.hosts == 0)
    return std::nullopt;
  return found;
}

/// Where the trailer fields of the chunked body at `at` begin; npos until the last chunk is there.
std::optional<std::size_t> end_of_chunks(std::string_view in, std::size_t at) {
  for (;;) {
    const auto end = in.find("\r\n", at);
    if (end == npos)
      return in.size() - at > max_chunk_line ? std::nullopt : std::optional{npos};
    const auto line = in.substr(at, end - at);
    const auto digits = line.substr(0, line.find_first_of("; \t"));
    const auto size = digits.empty() ? std::nullopt : number(digits, 16);
    if (!size || *size > max_body_bytes || line.find('\n') != npos)
      return std::nullopt;
    at = end + 2;
    if (*size == 0)
      return at;
    if (in.size() < at + *size + 2)
      return npos;
    at += *size;
    if (in.substr(at, 2) != "\r\n")
      return std::nullopt;
    at += 2;
  }
}

/// Where the trailer fields at `at` end, with their blank line; npos until that is there.
std::optional<std::size_t> end_of_trailers(std::string_view in, std::size_t at) {
  for (framing none;;) {
    const auto end = in.find("\r\n", at);
    if (end == npos)
      return in.size() - at > max_head_bytes ? std::nullopt : std::optional{npos};
    if (end == at)
      return end + 2;
    if (!take_field(in.substr(at, end - at), none) || none.length || none.chunked)
      return std::nullopt;
    at = end + 2;
  }
}

/// How far a request reaches, or npos while it has not arrived. httplib 0.11 knows no trailer
/// fields, so they are not shown to it.
struct extent {
  std::size_t shown;
  std::size_t whole;
};

std::optional<extent> extent_of(std::string_view in, std::size_t head, const framing& frame) {
  const auto size = head + frame.length.value_or(0);
  if (!frame.chunked)
    return extent{size, size};
  const auto chunks = end_of_chunks(in, head);
  if (!chunks || *chunks == npos)
    return chunks ? std::optional{extent{npos, npos}} : std::nullopt;
  const auto trailers = end_of_trailers(in, *chunks);
  return trailers ? std::optional{extent{*chunks, *trailers}} : std::nullopt;
}

// -- httplib ---------------------------------------------------------------------------

/// What httplib reads from and writes to.
class memory_stream final : public httplib::Stream {
public:
  memory_stream(std::string_view first, std::string_view second, std::string& out)
      : left_(first), next_(second), out_(out) {}

  [[nodiscard]] bool exhausted() const { return left_.empty() && next_.empty(); }

  bool is_readable() const override { return !exhausted(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override {
    if (left_.empty())
      left_ = std::exchange(next_, {});
    const auto n = std::min(size, left_.size());
    left_.copy(to, n);
    left_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return 0; } // compared with FD_SETSIZE, otherwise unused

private:
  std::string_view left_;
  std::string_view next_;
  std::string& out_;
};

class adapter final : private httplib::Server {
public:
  explicit adapter(answers constants) : answers_(std::move(constants)) {
    set_payload_max_length(max_body_bytes);
    // httplib would try one regular expression after the other
    set_pre_routing_handler([this](const httplib::Request& rq, httplib::Response& rs) {
      if (has_body(rq))
        return HandlerResponse::Unhandled;
      answer(rq, rs);
      return HandlerResponse::Handled;
    });
    Post(".*", [this](const auto& rq, auto& rs) { answer(rq, rs); });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& rs) {
      rs.headers.erase("Keep-Alive");
      rs.set_header("X-Request-Id", new_request_id());
    });
  }

  /// Returns whether the connection may go on.
  bool serve(memory_stream& stream) {
    bool closing = false;
    const auto on_head = [&closing](httplib::Request& rq) {
      closing = closing || iequals(rq.get_header_value("Connection"), "close");
      rq.headers.erase("Expect"); // the loop has answered it
      rq.ranges.clear();
    };
    const auto process = [&](auto& server) {
      if constexpr (requires { server.process_request(stream, false, closing, on_head); })
        return server.process_request(stream, false, closing, on_head);
      else // since httplib 0.18
        return server.process_request(stream, {}, 0, {}, 0, false, closing, on_head);
    };
    const bool answered = process(*this);
    return answered && !closing && stream.exhausted();
  }

private:
  static bool has_body(const httplib::Request& rq) {
    return rq.has_header("Content-Length") || rq.has_header("Transfer-Encoding");
  }

  void answer(const httplib::Request& rq, httplib::Response& rs) const {
    const auto* body = answers_.find(rq.method, rq.target);
    rs.status = body ? 200 : 404;
    rs.set_content(body ? *body : "{}", "application/json");
  }

  const answers answers_;
};

class httplib_parser {
public:
  using shared = adapter;

  explicit httplib_parser(adapter& common) : adapter_(common) {}

  step take(std::string_view in, std::string& out) {
    const auto blank = in.substr(0, max_head_bytes).find("\r\n\r\n");
    if (blank == npos)
      return in.size() < max_head_bytes ? step{found::part, 0} : refuse(refusal::head, out);
    const auto head = blank + 4;
    const auto frame = framing_of(in.substr(0, blank + 2));
    if (!frame)
      return refuse(refusal::malformed, out);
    if (frame->length.value_or(0) > max_body_bytes || in.size() > head + 2 * max_body_bytes)
      return refuse(refusal::body, out);
    const auto reach = extent_of(in, head, *frame);
    if (!reach)
      return refuse(refusal::malformed, out);
    if (reach->whole > in.size())
      return wait_for_body(*frame, in.size() == head, out);
    told_to_continue_ = false;
    memory_stream stream{in.substr(0, reach->shown), frame->chunked ? "\r\n" : "", out};
    return {adapter_.serve(stream) ? found::request : found::last, reach->whole};
  }

private:
  /// The client may send its body only once it has been told to go on.
  step wait_for_body(const framing& frame, bool body_is_missing, std::string& out) {
    if (frame.expects_continue && body_is_missing && !std::exchange(told_to_continue_, true))
      out += "HTTP/1.1 100 Continue\r\n\r\n";
    return {found::part, 0};
  }

  /// The start of the next request is unknown, so the connection ends.
  static step refuse(refusal why, std::string& out) {
    out += "HTTP/1.1 " + std::to_string(static_cast<int>(why))
           + " \r\nX-Request-Id: " + new_request_id() + "\r\nContent-Type: application/json\r\n"
           + "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
    return {found::last, 0};
  }

  adapter& adapter_;
  bool told_to_continue_ = false;
};

} // namespace

int main(int argc, char** argv) {
  return main_of<httplib_parser>(argc, argv, "httplib's parser on event loops",
                                 "bench_httplib_loop");
}
