#pragma once

#include "core/base/result.hpp"
#include "stores/redis/options.hpp"
#include "stores/redis/wait_for.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace standings {

/// The client's side of TLS 1.2 or later over a connected socket that does not block and that
/// somebody else closes. See redis_transport for the contract of its methods; the causes of
/// failures name the option that is likely wrong.
class tls_session {
public:
  [[nodiscard]] static result<std::unique_ptr<tls_session>> begin(int fd,
                                                                  const redis_options& options);

  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  [[nodiscard]] result<wait_for> shake_hands();
  [[nodiscard]] result<std::size_t> read(std::span<char> to, wait_for& until);
  [[nodiscard]] result<std::size_t> write(std::string_view bytes, wait_for& until);

private:
  struct context_free {
    void operator()(ssl_ctx_st* c) const;
  };
  struct session_free {
    void operator()(ssl_st* s) const;
  };

  tls_session() = default;

  [[nodiscard]] failure broken(int ssl_error, int system_error) const;

  int fd_ = -1;
  bool shows_certificate_ = false;
  std::string server_name_;
  std::unique_ptr<ssl_ctx_st, context_free> context_;
  std::unique_ptr<ssl_st, session_free> session_;
};

} // namespace standings
