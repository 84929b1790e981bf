#pragma once

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace standings {

/// The server's side of TLS over a socket that does not block and that somebody else closes. An
/// idle one holds no buffers. For the thread of its connection.
class tls_stream {
public:
  using error_code = boost::system::error_code;

  /// Null if there is no memory.
  [[nodiscard]] static std::unique_ptr<tls_stream> begin(ssl_ctx_st& with, int fd);

  enum class handshake : std::uint8_t {
    done,
    wants_read,  ///< call again when the socket is readable
    wants_write, ///< call again when it is writable
    plain_http,  ///< the client does not speak TLS, but HTTP
    failed,
  };
  [[nodiscard]] handshake shake_hands();

  /// Whether the handshake is done.
  [[nodiscard]] bool is_open() const { return open_; }

  /// As for a socket that does not block: `would_block` if nothing can be read or written now.
  [[nodiscard]] std::size_t read(std::span<char> to, error_code& error);
  [[nodiscard]] std::size_t write(std::string_view bytes, error_code& error);

  /// Whether the last `read` has to wait until the socket is writable.
  [[nodiscard]] bool read_wants_write() const { return read_wants_write_; }

  /// Whether there is something to read that has left the socket already.
  [[nodiscard]] bool has_pending() const;

  /// Tells the client, if that is possible without waiting, that nothing more comes.
  void say_goodbye();

private:
  struct session_free {
    void operator()(ssl_st* s) const;
  };

  tls_stream() = default;
  [[nodiscard]] error_code error_of(int outcome);

  std::unique_ptr<ssl_st, session_free> session_;
  bool open_ = false;
  bool read_wants_write_ = false;
  bool broken_ = false; ///< nothing may be sent any more
};

} // namespace standings
