#pragma once

#include "core/metrics/breaker_state.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace standings {

struct redis_tls_options {
  bool enabled = false;
  std::string ca_file;     ///< PEM; with `ca_dir` empty, too: the system's certificate authorities
  std::string ca_dir;      ///< a folder of hashed names, as `openssl rehash` makes it
  std::string cert_file;   ///< PEM, the client's certificate and its chain; empty: none is shown
  std::string key_file;    ///< PEM, without a pass phrase
  std::string server_name; ///< sent as SNI, and what the certificate has to be for; empty: the host
  bool verify = true;      ///< off: any certificate of any server is accepted
};

struct redis_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string username;
  std::string password; ///< a secret: never logged
  std::uint32_t db = 0;
  redis_tls_options tls;
  std::chrono::milliseconds connect_timeout{500};
  std::chrono::milliseconds command_timeout{1'000}; ///< also of the TLS handshake
  breaker_state_ptr breaker{}; ///< is told when a circuit breaker opens or closes; may be null
};

/// `host:port`.
[[nodiscard]] inline std::string address_of(const redis_options& options) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return (v6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port);
}

} // namespace standings
