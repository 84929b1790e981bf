#pragma once

#include "stores/redis/options.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/servers.hpp"

namespace standings::test {

/// A private Redis that speaks TLS on one port, and plain on another.
class tls_redis {
public:
  enum class clients : std::uint8_t { anonymous, certified };

  /// `certified`: the server wants a certificate of its own authority from each client.
  explicit tls_redis(clients who = clients::anonymous, const certificate_request& of_server = {},
                     std::vector<std::string> more = {})
      : files_(authority.issue("server", of_server)), tls_port_(free_port()),
        server_(words(who, std::move(more))) {}

  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  [[nodiscard]] const redis_server& server() const { return server_; }
  [[nodiscard]] redis_server& server() { return server_; }

  /// With its authority and without a certificate of the client.
  [[nodiscard]] redis_options options() const {
    redis_options out;
    out.port = tls_port_;
    out.tls.enabled = true;
    out.tls.ca_file = authority.file();
    return out;
  }

  /// The same with a certificate of the client.
  [[nodiscard]] redis_options certified_options(const certificate_files& client) const {
    auto out = options();
    out.tls.cert_file = client.certificate;
    out.tls.key_file = client.key;
    return out;
  }

  const certificate_authority authority;

private:
  [[nodiscard]] std::vector<std::string> words(clients who, std::vector<std::string> more) const {
    std::vector<std::string> out{"--tls-port",         std::to_string(tls_port_),
                                 "--tls-cert-file",    files_.certificate,
                                 "--tls-key-file",     files_.key,
                                 "--tls-ca-cert-file", authority.file(),
                                 "--tls-auth-clients", who == clients::certified ? "yes" : "no"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  const certificate_files files_;
  std::uint16_t tls_port_;
  redis_server server_;
};

} // namespace standings::test
