#include "tests/support/tls_connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>

namespace standings::test {

namespace {

SSL* make_session(const tls_wishes& wishes, int fd) {
  ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets that may be closed
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context{SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free};
  // what is old is offered in earnest: only the server refuses it
  SSL_CTX_set_cipher_list(context.get(), "DEFAULT@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.get(), 0);
  SSL_CTX_set_max_proto_version(context.get(), wishes.highest_version);
  if (!wishes.ca_file.empty()) {
    SSL_CTX_load_verify_file(context.get(), wishes.ca_file.c_str());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  std::string protocols;
  for (const auto& name : wishes.protocols)
    protocols.append(1, static_cast<char>(name.size())).append(name);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
  auto* const session = SSL_new(context.get());
  SSL_set_fd(session, fd);
  return session;
}

} // namespace

tls_connection::tls_connection(std::uint16_t port, const tls_wishes& wishes)
    : raw_connection(port), session_(make_session(wishes, fd()), SSL_free) {
  if (!wishes.ca_file.empty())
    SSL_set1_host(session_.get(), "localhost");
  open_ = SSL_connect(session_.get()) == 1;
  ERR_clear_error();
}

tls_connection::~tls_connection() = default;

std::string tls_connection::version() const {
  return SSL_get_version(session_.get());
}

std::string tls_connection::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

long tls_connection::serial() const {
  const std::unique_ptr<X509, void (*)(X509*)> certificate{
      SSL_get1_peer_certificate(session_.get()), X509_free};
  return certificate ? ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get())) : 0;
}

bool tls_connection::was_told_goodbye() const {
  return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

bool tls_connection::send(std::string_view bytes) const {
  ERR_clear_error();
  return bytes.empty()
         || SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

std::ptrdiff_t tls_connection::receive(std::span<char> to) {
  ERR_clear_error();
  return SSL_read(session_.get(), to.data(), static_cast<int>(to.size()));
}

} // namespace standings::test
