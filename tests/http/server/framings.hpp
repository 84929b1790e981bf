#pragma once

#include <string>
#include <vector>

namespace standings::test {

/// How a server has to judge a request by RFC 9112 (and RFC 9110 for Host and field names).
enum class verdict_of_rfc : std::uint8_t { request, refused };

/// A request as bytes. What some carry as their body looks like another request.
struct framing {
  std::string name;
  std::string bytes;
  verdict_of_rfc verdict;
};

inline const std::string& smuggled_request() {
  static const std::string text = "GET /item/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  return text;
}

namespace framings_detail {

using namespace std::string_literals;

inline std::string post(const std::string& fields, const std::string& rest) {
  return "POST /bare HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + rest;
}

inline std::string chunked(const std::string& chunks) {
  return post("Transfer-Encoding: chunked\r\n", chunks);
}

/// A single chunk that holds the smuggled request, with `size` where its size belongs.
inline std::string chunk_of_size(const std::string& size) {
  return chunked(size + "\r\n" + smuggled_request() + "\r\n0\r\n\r\n");
}

class table {
public:
  std::vector<framing> take() { return std::move(all_); }

  void refused(const std::string& name, const std::string& bytes) {
    all_.push_back({name, bytes, verdict_of_rfc::refused});
  }

  void request(const std::string& name, const std::string& bytes) {
    all_.push_back({name, bytes, verdict_of_rfc::request});
  }

private:
  std::vector<framing> all_;
};

inline void add_request_lines(table& to) {
  const auto with = [](const std::string& line) {
    return line + "\r\nHost: a\r\n\r\n";
  };
  to.refused("two blanks after the method", with("GET  /item/1 HTTP/1.1"));
  to.refused("two blanks after the target", with("GET /item/1  HTTP/1.1"));
  to.refused("a blank before the method", with(" GET /item/1 HTTP/1.1"));
  to.refused("a blank after the version", with("GET /item/1 HTTP/1.1 "));
  to.refused("a tab for a blank", with("GET\t/item/1 HTTP/1.1"));
  to.refused("a vertical tab for a blank", with("GET\v/item/1 HTTP/1.1"));
  to.refused("a form feed for a blank", with("GET /item/1\fHTTP/1.1"));
  to.refused("NUL in the target", with("GET /item/\0 HTTP/1.1"s));
  to.refused("NUL in the method", with("GE\0T /item/1 HTTP/1.1"s));
  to.refused("a blank in the target", with("GET /item/1 2 HTTP/1.1"));
  to.refused("a version with two digits", with("GET /item/1 HTTP/1.10"));
  to.refused("a version in lower case", with("GET /item/1 http/1.1"));
  to.refused("a version without a point", with("GET /item/1 HTTP/11"));
  to.refused("another protocol", with("GET /item/1 ICY/1.1"));
  to.refused("no version", with("GET /item/1"));
  to.refused("no target", with("GET HTTP/1.1"));
  to.refused("a method that is no token", with("G@T /item/1 HTTP/1.1"));
  to.refused("a line that ends in a bare line feed", "GET /item/1 HTTP/1.1\nHost: a\r\n\r\n");
  to.refused("a line that ends in a bare carriage return", "GET /item/1 HTTP/1.1\rHost: a\r\n\r\n");
  to.refused("two carriage returns at the end of the line",
             "GET /item/1 HTTP/1.1\r\r\nHost: a\r\n\r\n");
  to.request("a plain request line", with("GET /item/1 HTTP/1.1"));
  to.request("a query", with("GET /item/1?a=b HTTP/1.1"));
  to.request("an empty line before the request", "\r\n" + with("GET /item/1 HTTP/1.1"));
}

inline void add_targets(table& to) {
  const auto with = [](const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  to.refused("a fragment", with("/item/1#x"));
  to.refused("a fragment before the path", with("/#/../item/1"));
  for (const std::string c : {"\"", "<", ">", "\\", "^", "`", "{", "|", "}"}) {
    to.refused(c + " in a path", with("/item/1" + c));
    to.refused(c + " in a query", with("/item/1?a=" + c));
  }
  for (const std::string escape : {"%", "%4", "%zz", "%4g", "%%41"}) {
    to.refused("the escape " + escape + " in a path", with("/item/1" + escape));
    to.refused("the escape " + escape + " in a query", with("/item/1?a=" + escape));
  }
  to.refused("a target without a slash", with("item/1"));
  to.refused("an asterisk for GET", with("*"));
  to.refused("an authority for GET", with("a:80"));
  to.refused("another scheme", with("ftp://a/item/1"));
  to.refused("one slash behind the scheme", with("http:/item/1"));
  to.refused("an absolute target without a host", with("http:///item/1"));
  to.refused("an absolute target with a port alone", with("http://:80/item/1"));
  to.refused("an absolute target with a user", with("http://u@a/item/1"));
  to.refused("an absolute target with a port that is no number", with("http://a:x/item/1"));
  to.refused("a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n");
  to.request("an absolute target", with("http://a/item/1"));
  to.request("an absolute target of another host", with("http://b/item/1"));
  to.request("an absolute target with a port and a query", with("HTTP://a:80/item/1?a=b"));
}

inline void add_hosts(table& to) {
  const auto with = [](const std::string& fields) {
    return "GET /item/1 HTTP/1.1\r\n" + fields + "\r\n";
  };
  to.refused("no Host", with(""));
  to.refused("two Hosts", with("Host: a\r\nHost: b\r\n"));
  to.refused("the same Host twice", with("Host: a\r\nhost: a\r\n"));
  to.refused("a blank in Host", with("Host: a b\r\n"));
  to.refused("a bracket that nobody closes in Host", with("Host: [::1\r\n"));
  to.refused("something behind an address", with("Host: [::1]a\r\n"));
  to.refused("a path in Host", with("Host: a/b\r\n"));
  to.refused("a user in Host", with("Host: a@b\r\n"));
  to.refused("a port that is no number", with("Host: a:b\r\n"));
  for (const std::string host : {"a%zz", "a%4", "[zz]", "[:]", "[1.2.3.4]", "[::1::2]", "[12345::]",
                                 "[v.a]", "[v1.]", "[fe80::1%eth0]", "[fe80::1%25eth0]"})
    to.refused("the Host " + host, with("Host: " + host + "\r\n"));
  to.request("a Host of a later version", with("Host: [v1.a:b]\r\n"));
  to.request("an escape in Host", with("Host: a%20b\r\n"));
  to.request("Host with a port", with("Host: a:80\r\n"));
  to.request("an IPv6 address", with("Host: [::1]:80\r\n"));
}

inline void add_fields(table& to) {
  const auto body = smuggled_request();
  const auto length = std::to_string(body.size());
  const auto line = [&](const std::string& field) {
    return post(field, body);
  };
  const auto without_body = [](const std::string& field) {
    return "GET /item/1 HTTP/1.1\r\nHost: a\r\n" + field + "\r\n";
  };
  to.refused("a blank before the colon", line("Content-Length : " + length + "\r\n"));
  to.refused("a tab before the colon", line("Content-Length\t: " + length + "\r\n"));
  to.refused("a continued line", line("Content-Length:\r\n " + length + "\r\n"));
  to.refused("a line continued with a tab", line("Content-Length:\r\n\t" + length + "\r\n"));
  to.refused("a continued line of another field", without_body("X-A: b\r\n Content-Length: 9\r\n"));
  to.refused("a blank before the first field",
             "POST /bare HTTP/1.1\r\n X-A: b\r\nHost: a\r\n\r\n" + body);
  to.refused("a bare line feed between fields", line("X-A: b\nContent-Length: " + length + "\r\n"));
  to.refused("a bare carriage return in a value",
             line("X-A: b\rContent-Length: " + length + "\r\n"));
  to.refused("NUL in a name", line("Content\0-Length: "s + length + "\r\n"));
  to.refused("NUL in a value", without_body("X-A: b\0c\r\n"s));
  to.refused("NUL behind the length", line("Content-Length: "s + length + "\0\r\n"s));
  to.refused("a control character in a value", without_body("X-A: b\x01\r\n"));
  to.refused("DEL in a value", without_body("X-A: b\x7f\r\n"));
  to.refused("a line without a colon", line("Content-Length " + length + "\r\n"));
  to.refused("a field without a name", without_body(": b\r\n"));
  to.refused("a blank in a name", line("Content Length: " + length + "\r\n"));
  to.refused("a parenthesis in a name", line("Content(Length: " + length + "\r\n"));
  to.refused("a byte above ASCII in a name", line("Content-Length\xa0: " + length + "\r\n"));
  to.refused("a quoted name", line("\"Content-Length\": " + length + "\r\n"));
  to.refused("a vertical tab before the value", line("Content-Length:\v" + length + "\r\n"));
  to.refused("a head that ends in bare line feeds",
             "POST /bare HTTP/1.1\nHost: a\nContent-Length: " + length + "\n\n" + body);
  to.request("blanks and tabs around a value",
             "GET /item/1 HTTP/1.1\r\nHost: a\r\nX-A: \t b \t\r\n\r\n");
  to.request("no blank before a value", "GET /item/1 HTTP/1.1\r\nHost:a\r\nX-A:b\r\n\r\n");
  to.request("an empty value", "GET /item/1 HTTP/1.1\r\nHost: a\r\nX-A:\r\n\r\n");
}

inline void add_lengths(table& to) {
  const auto body = smuggled_request();
  const auto length = std::to_string(body.size());
  const auto with = [&](const std::string& value) {
    return post("Content-Length: " + value + "\r\n", body);
  };
  to.refused("a length with a plus", with("+" + length));
  to.refused("a length with a minus", with("-" + length));
  to.refused("a hexadecimal length", with("0x28"));
  to.refused("a length with a fraction", with(length + ".0"));
  to.refused("a length with an exponent", with("4e1"));
  to.refused("a length with a blank in it", with("4 1"));
  to.refused("a length with letters", with(length + "abc"));
  to.refused("an empty length", with(""));
  to.refused("a list of different lengths", with(length + ", 0"));
  to.refused("two different lengths",
             post("Content-Length: " + length + "\r\nContent-Length: 0\r\n", body));
  to.refused("a length and a coding",
             post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + body));
  to.refused(
      "a coding and a length",
      post("Transfer-Encoding: chunked\r\nContent-Length: " + length + "\r\n", "0\r\n\r\n" + body));
  to.request("a length", with(length));
  to.request("a length with a leading zero", with("0" + length));
}

inline void add_codings(table& to) {
  const auto body = "0\r\n\r\n" + smuggled_request();
  const auto with = [&](const std::string& value) {
    return post("Transfer-Encoding: " + value + "\r\n", body);
  };
  to.refused("a coding that nobody knows", with("xchunked"));
  to.refused("chunked twice", with("chunked, chunked"));
  to.refused("chunked that is not last", with("chunked, gzip"));
  to.refused("identity", with("identity"));
  to.refused("chunked, then identity",
             post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", body));
  to.refused("an empty coding", with(""));
  to.refused("a coding in quotes", with("\"chunked\""));
  to.refused("a vertical tab before the coding", with("\vchunked"));
  to.refused("a coding with a parameter", with("chunked;a=b"));
  to.refused("a coding of HTTP/1.0",
             "POST /bare HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
  to.request("a coding in upper case", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"));
}

inline void add_chunks(table& to) {
  to.refused("a chunk size with a plus", chunk_of_size("+28"));
  to.refused("a chunk size with a minus", chunk_of_size("-28"));
  to.refused("a chunk size with 0x", chunk_of_size("0x28"));
  to.refused("a chunk size with letters", chunk_of_size("28zz"));
  to.refused("a chunk size after a blank", chunk_of_size(" 28"));
  to.refused("a chunk size after a tab", chunk_of_size("\t28"));
  to.refused("a chunk size with a comma", chunk_of_size("28,"));
  to.refused("an empty chunk size", chunk_of_size(""));
  to.refused("a chunk size of 17 digits", chunk_of_size("10000000000000028"));
  to.refused("a chunk size that ends in a line feed", chunked("28\n" + smuggled_request()));
  for (const std::string extension :
       {";", ";=", ";;;", ";a b", ";a@=b", ";a=", ";a=\"b", ";a=b\"", "; ", " ", ";a=\"b\"c", " a"})
    to.refused("the chunk extension " + extension, chunk_of_size("28" + extension));
  for (const std::string extension :
       {";a", ";a=b", " ; a = b", ";a;b=c", ";a=\"b;c\"", "\t;\ta=\"\\\"\"", ";a ;b"})
    to.request("the chunk extension " + extension,
               chunked("1" + extension + "\r\nx\r\n0" + extension + "\r\n\r\n"));
  to.request("a last chunk of many zeros", chunked("1\r\nx\r\n00000000000000000000\r\n\r\n"));
  to.refused("a control character in a chunk's extension", chunk_of_size("28;\x01"));
  to.refused("a line feed in a chunk's extension", chunk_of_size("28;a\nb"));
  to.refused("a chunk that is longer than its size", chunked("2\r\nabc\r\n0\r\n\r\n"));
  to.refused("a chunk without its end", chunked("2\r\nab0\r\n\r\n\r\n"));
  to.refused("a chunk that ends in a line feed", chunked("2\r\nab\n0\r\n\r\n"));
  to.refused("a last chunk that ends in line feeds", chunked("2\r\nab\r\n0\n\n"));
  to.refused("a trailer without a colon", chunked("2\r\nab\r\n0\r\nX\r\n\r\n"));
  to.refused("a trailer with a blank before the colon", chunked("2\r\nab\r\n0\r\nX : b\r\n\r\n"));
  to.refused("a continued trailer", chunked("2\r\nab\r\n0\r\nX: b\r\n c\r\n\r\n"));
  to.request("chunks", chunk_of_size("28"));
  to.request("a chunk size in upper case", chunked("A\r\n0123456789\r\n0\r\n\r\n"));
  to.request("a chunk with an extension", chunk_of_size("28;a=b"));
  to.request("a trailer", chunked("2\r\nab\r\n0\r\nX-A: b\r\n\r\n"));
}

} // namespace framings_detail

/// About a hundred framings: what servers and proxies are known to read differently, and the
/// harmless forms beside them.
inline std::vector<framing> framings() {
  framings_detail::table all;
  framings_detail::add_request_lines(all);
  framings_detail::add_targets(all);
  framings_detail::add_hosts(all);
  framings_detail::add_fields(all);
  framings_detail::add_lengths(all);
  framings_detail::add_codings(all);
  framings_detail::add_chunks(all);
  return all.take();
}

} // namespace standings::test
