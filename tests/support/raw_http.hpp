#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace standings::test {

/// A header line for requests written by hand.
inline constexpr auto json_type = "Content-Type: application/json\r\n";

/// An answer as received.
struct raw_response {
  int status = 0; ///< 0: closed before the first byte
  std::string version;
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
  bool complete = false; ///< false: cut in the middle, or no answer in time

  [[nodiscard]] std::string header(const std::string& lower_case_name) const;
  [[nodiscard]] boost::json::value json() const;

  /// The `code` of a problem document, or a text that says what is wrong with it.
  [[nodiscard]] std::string problem_code() const;
};

/// The status line and the headers of an answer.
raw_response parse_response_head(std::string_view head);

/// A socket to a server on this machine: sends any bytes, in any portions.
/// Every wait ends after `patience`.
class raw_connection {
public:
  static constexpr std::chrono::milliseconds patience{10'000};

  /// `from`: another address of this machine (127.0.0.2) to call from.
  explicit raw_connection(std::uint16_t port, const char* from = nullptr);
  raw_connection(const raw_connection&) = delete;
  raw_connection& operator=(const raw_connection&) = delete;
  raw_connection(raw_connection&& other) noexcept;
  raw_connection& operator=(raw_connection&&) = delete;
  virtual ~raw_connection();

  /// False if the other side has closed.
  virtual bool send(std::string_view bytes) const;

  /// Announces that nothing more will be sent.
  void shut_write() const;

  /// The next answer. `to_head`: it answers a HEAD request, so it has no body, whatever its headers
  /// say.
  raw_response read(bool to_head = false);

  /// The next bytes up to and with `end`, or the next `n`; nothing if the other side closes before.
  std::optional<std::string> read_until(std::string_view end);
  std::optional<std::string> read_bytes(std::size_t n);

  /// Sends a request and returns the answer.
  raw_response ask(std::string_view request);

  /// Whether the other side closes without sending anything more.
  [[nodiscard]] bool closes();

protected:
  [[nodiscard]] int fd() const { return fd_; }

  /// As recv: how many bytes have come; none or fewer if the other side has closed.
  virtual std::ptrdiff_t receive(std::span<char> to);

private:
  bool fill();

  int fd_;
  std::string buffer_;
};

/// One request on a connection of its own.
raw_response exchange(std::uint16_t port, std::string_view request);

std::string get_request(const std::string& path, const std::string& headers = {});
std::string post_request(const std::string& path, const std::string& body,
                         const std::string& headers = "Content-Type: application/json\r\n");

} // namespace standings::test
