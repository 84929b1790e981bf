#include "stores/redis/tls_errors.hpp"

#include "stores/redis/lost.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace standings {

namespace {

constexpr auto no_tls = "; see cache.tls.enabled, and rediss:// in cache.url";

/// Whether the error is an alert by which a server refuses a client's certificate, or its absence.
bool refuses_certificate(int reason) {
  switch (reason) {
  case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
  case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
  case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
  case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
  case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
  case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
  case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
  case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
  case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
  case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    return true;
  default:
    return false;
  }
}

/// Whether the error is what OpenSSL makes of bytes that are no TLS.
bool is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_UNEXPECTED_MESSAGE
         || reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_BAD_RECORD_TYPE
         || reason == SSL_R_RECORD_LENGTH_MISMATCH || reason == SSL_R_LENGTH_TOO_LONG;
}

/// Whether the two sides have no version of TLS in common.
bool is_old_tls(int reason) {
  return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION;
}

} // namespace

std::string meaning_of_certificate_error(long code, const std::string& server_name) {
  const std::string says =
      std::string{"the server's certificate is refused: "} + X509_verify_cert_error_string(code);
  switch (code) {
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return says + "; it is not for " + server_name
           + ": set cache.host, or cache.tls.server_name, to a name that it has";
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return says + "; renew it at the server";
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return says + "; compare the clocks of both machines";
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    return says + "; set cache.tls.ca_file to the certificate of the authority that signed it";
  default:
    return says + "; see cache.tls.ca_file";
  }
}

std::string meaning_of_tls_error(unsigned long error, bool certificate_shown) {
  const auto reason = ERR_GET_REASON(error);
  const auto* text = ERR_reason_error_string(error);
  const std::string says = text ? text : "error " + std::to_string(error);
  if (ERR_GET_LIB(error) != ERR_LIB_SSL)
    return "TLS: " + says;
  if (refuses_certificate(reason))
    return "TLS: " + says
           + (certificate_shown
                  ? "; the server refuses the certificate of cache.tls.cert_file: its "
                    "tls-ca-cert-file has to know who signed it"
                  : "; the server may want a certificate of ours: set "
                    "cache.tls.cert_file and cache.tls.key_file");
  if (is_no_tls(reason))
    return "TLS: " + says + "; what answers there speaks no TLS" + no_tls;
  if (is_old_tls(reason))
    return "TLS: " + says + "; TLS 1.2 or later is needed at the server";
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return std::string{server_hung_up};
  return "TLS: " + says;
}

} // namespace standings
