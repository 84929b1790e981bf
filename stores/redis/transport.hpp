#pragma once

#include "core/base/result.hpp"
#include "stores/redis/options.hpp"
#include "stores/redis/wait_for.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

class tls_session;

/// Bytes to and from a Redis server, over a socket that never blocks: plain TCP, or TLS. Whoever
/// drives it waits on `fd()`, in `poll` or in an event loop. Never raises SIGPIPE.
///
/// All failures are `store_unavailable` with a cause for the operator, and final: the transport
/// cannot be used again. One exception: after a failed write, `read` may still return what the
/// server said before it hung up, which often tells why.
class redis_transport {
public:
  /// Resolves the host, which may block, and begins to connect. The files of `options.tls` are read
  /// each time, so a renewed certificate counts from the next connection on.
  [[nodiscard]] static result<std::unique_ptr<redis_transport>> start(const redis_options& options);

  redis_transport(const redis_transport&) = delete;
  redis_transport& operator=(const redis_transport&) = delete;
  ~redis_transport();

  /// Another one after each address that failed; it stays the same once `connected()`.
  [[nodiscard]] int fd() const { return fd_; }

  /// Connects, then shakes hands for TLS. `nothing`: done; `read` and `write` may be called.
  /// An address that refuses is followed by the host's next one.
  [[nodiscard]] result<wait_for> advance();

  /// Whether the TCP connection stands. If it does while `advance` wants to wait, the server itself
  /// has yet to answer the TLS handshake.
  [[nodiscard]] bool connected() const { return connected_; }

  /// Gives up an address that does not answer, and turns to the next one. Precondition:
  /// `addresses_left() > 0` and not `connected()`.
  [[nodiscard]] result<void> next_address();
  [[nodiscard]] std::size_t addresses_left() const { return addresses_.size() - tried_; }

  /// Reads what is there, up to the size of `to`, which must not be empty. `until` says what to
  /// wait for before the next call; `nothing`: there may be more at once. TLS may have to write in
  /// order to read. The end of the stream is a failure.
  [[nodiscard]] result<std::size_t> read(std::span<char> to, wait_for& until);

  /// Writes a first part of `bytes`, which must not be empty, and returns its length. `until` says
  /// what to wait for before the next call. After 0, that call has to begin with the same bytes
  /// (they may lie elsewhere, and more may follow them).
  [[nodiscard]] result<std::size_t> write(std::string_view bytes, wait_for& until);

  /// The failure for a connection, or a TLS handshake, that takes too long.
  [[nodiscard]] failure too_slow(std::chrono::milliseconds patience) const;

private:
  /// An address of the host, as getaddrinfo(3) has returned it.
  struct address {
    int family;
    std::string bytes; ///< a sockaddr of that family
  };

  explicit redis_transport(const redis_options& options);

  [[nodiscard]] result<void> resolve();
  [[nodiscard]] bool begin_connect(const address& to);
  [[nodiscard]] result<wait_for> secure();
  void close();
  [[nodiscard]] failure unreachable(const std::string& why) const;

  const redis_options options_;
  std::vector<address> addresses_;
  std::size_t tried_ = 0; ///< how many of them have been begun
  int last_error_ = 0;    ///< errno of the address that failed last
  int fd_ = -1;
  bool connected_ = false;
  bool ready_ = false;
  std::unique_ptr<tls_session> tls_; ///< set while the handshake is under way, and after it
};

} // namespace standings
