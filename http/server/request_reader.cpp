#include "http/server/request_reader.hpp"

#include "http/server/buffers.hpp"
#include "http/server/request_target.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <charconv>

namespace standings {

namespace {

namespace beast_http = boost::beast::http;
using beast_error = boost::system::error_code;

/// Fills a request with what Beast finds in its head.
class head_parser final : public beast_http::basic_parser<true> {
public:
  explicit head_parser(request& to) : to_(to) { skip(true); }

private:
  using text = boost::beast::string_view;
  using base_field = beast_http::field;

  void on_request_impl(beast_http::verb, text method, text target, int version,
                       beast_error&) override {
    to_.method.assign(method.data(), method.size());
    to_.target.assign(target.data(), target.size());
    to_.version = static_cast<unsigned>(version);
  }
  void on_field_impl(base_field, text name, text value, beast_error&) override {
    to_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }

  // nothing to do: the body is read elsewhere, and this is no response
  void on_response_impl(int, text, int, beast_error&) override {}
  void on_header_impl(beast_error&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, beast_error&) override {}
  std::size_t on_body_impl(text, beast_error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, text, beast_error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text, beast_error&) override { return 0; }
  void on_finish_impl(beast_error&) override {}

  request& to_;
};

failure no_request() {
  return fail(errc::malformed, "not a complete HTTP/1.1 request");
}

failure head_too_large() {
  return fail(errc::headers_too_large, "the headers are larger than accepted");
}

/// Whether a line of the head continues the one before it: proxies disagree about what that means.
bool has_continued_line(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos
         || head.find("\r\n\t") != std::string_view::npos;
}

/// Beast stops at a Content-Length that exceeds 64 bits; it is too large rather than malformed.
bool announces_too_much(std::string_view head, const beast_error& why) {
  if (why != beast_http::error::bad_content_length)
    return false;
  const auto last_line = head.substr(0, head.size() - 4);
  for (std::size_t at = last_line.find("\r\n"); at != std::string_view::npos;
       at = last_line.find("\r\n", at + 2)) {
    constexpr std::string_view name = "content-length:";
    auto line = last_line.substr(at + 2, last_line.find("\r\n", at + 2) - at - 2);
    if (line.size() < name.size()
        || !boost::beast::iequals({line.data(), name.size()}, name.data()))
      continue;
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t", name.size())));
    std::uint64_t length = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), length);
    return read.ec == std::errc::result_out_of_range && read.ptr == line.data() + line.size();
  }
  return false;
}

result<void> parse_head(std::string_view head, request& to) {
  head_parser parser{to};
  parser.header_limit(static_cast<std::uint32_t>(head.size()));
  parser.body_limit(boost::none);
  beast_error error;
  parser.put(boost::asio::const_buffer{head.data(), head.size()}, error);
  if (announces_too_much(head, error))
    return fail(errc::body_too_large, "the body is larger than accepted");
  if (error || !parser.is_header_done() || has_continued_line(head))
    return no_request();
  return take_target(to);
}

/// Whether the first line of a head ends as that of a request does.
bool ends_with_version(std::string_view line) {
  constexpr std::string_view name = " HTTP/";
  return line.size() > name.size() + 3
         && line.substr(line.size() - name.size() - 3, name.size()) == name;
}

/// Whether a head whose end has not arrived may still become one: who sends something else waits
/// for an answer. The bytes before `from` were judged before.
bool may_become_head(std::string_view bytes, std::size_t from) {
  for (auto i = from; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    const bool after_return = i > 0 && bytes[i - 1] == '\r';
    if ((c == '\n') != after_return || (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 127)
      return false;
  }
  const auto line_end = bytes.find('\r');
  return line_end == std::string_view::npos || line_end == bytes.size() - 1
         || ends_with_version(bytes.substr(0, line_end));
}

} // namespace

result<request_reader::progress> request_reader::read(std::string_view bytes, std::size_t& taken) {
  taken = 0;
  return state_ == state::body ? read_body(bytes, taken) : read_head(bytes, taken);
}

/// RFC 9112, 2.2: an empty line before a request is to be ignored. Returns how long it is.
std::size_t request_reader::skip_empty_line(std::string_view bytes) {
  if (skipped_line_ || searched_ > 1 || !bytes.starts_with("\r\n"))
    return 0;
  skipped_line_ = true;
  searched_ = 0;
  return 2;
}

result<request_reader::progress> request_reader::read_head(std::string_view bytes,
                                                           std::size_t& taken) {
  taken = skip_empty_line(bytes);
  bytes.remove_prefix(taken);
  const auto from = searched_ < 3 ? 0 : searched_ - 3; // the end may have been cut in two
  const auto end = bytes.find("\r\n\r\n", from);
  const auto size = end == std::string_view::npos ? bytes.size() : end + 4;
  const auto before = searched_;
  if (const auto fine = check_lines(bytes.substr(0, size)); !fine)
    return fine.error();
  if (end == std::string_view::npos) {
    if (!may_become_head(bytes, before))
      return no_request();
    return progress::part;
  }
  taken += size;
  state_ = state::undecided;
  searched_ = line_ = 0;
  if (const auto parsed = parse_head(bytes.substr(0, size), current_); !parsed)
    return parsed.error();
  return progress::head;
}

/// `part`: the head, as far as it is there.
result<void> request_reader::check_lines(std::string_view part) {
  if (part.size() > limits_.max_header_bytes)
    return head_too_large();
  for (auto end = part.find('\n', searched_); end != std::string_view::npos;
       end = part.find('\n', end + 1)) {
    if (end + 1 - line_ > max_line_bytes)
      return head_too_large();
    line_ = end + 1;
  }
  searched_ = part.size();
  return part.size() - line_ > max_line_bytes ? result<void>{head_too_large()} : result<void>{};
}

void request_reader::expect(const body_framing& framing) {
  framing_ = framing;
  state_ = framing.present() ? state::body : state::complete;
}

result<request_reader::progress> request_reader::read_body(std::string_view bytes,
                                                           std::size_t& taken) {
  auto& body = current_.body;
  if (framing_.chunked) {
    const auto fed = chunks_.feed(bytes, body);
    if (!fed)
      return fed.error();
    taken = *fed;
  } else {
    taken = static_cast<std::size_t>(
        std::min<std::uint64_t>(framing_.length - body.size(), bytes.size()));
    body.append(bytes.substr(0, taken));
  }
  if (framing_.chunked ? !chunks_.done() : body.size() < framing_.length)
    return progress::part;
  state_ = state::complete;
  return progress::whole;
}

void request_reader::start_over() {
  state_ = state::head;
  skipped_line_ = false;
  if (framing_.chunked)
    chunks_ = chunk_decoder{limits_.max_body_bytes};
  framing_ = {};
  current_.method.clear();
  current_.id.clear();
  current_.caller.clear();
  current_.tenant.clear();
  current_.is_let_in = false;
  current_.limited = false;
  current_.limit = {};
  current_.headers.clear();
  current_.headers.release_surplus();
  current_.captures.clear();
  current_.query.clear();
  release(current_.body);
  release(current_.target);
}

} // namespace standings
