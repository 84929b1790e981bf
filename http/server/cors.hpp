#pragma once

#include "http/server/answer.hpp"
#include "http/server/header_fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Which pages of other origins may read answers (the CORS protocol of the Fetch standard).
/// Immutable, hence thread-safe.
class cors_policy {
public:
  /// Pages of no other origin.
  cors_policy() = default;

  /// `*` stands for every origin. Requests with credentials are for origins that are named.
  explicit cors_policy(const std::vector<std::string>& origins);

  /// Whether the page that the request comes from may read answers.
  [[nodiscard]] bool allows(const header_fields& headers) const;

  /// The header lines that the answer to such a request carries, ready to be sent.
  [[nodiscard]] std::string_view fields_for(const header_fields& headers) const;

private:
  struct named {
    std::string origin;
    std::string fields;
  };

  [[nodiscard]] const named* find(const header_fields& headers) const;

  std::vector<named> named_;
  std::string other_fields_; ///< for all other requests
  bool any_ = false;
};

/// Whether a browser asks what a page may do before it does it.
[[nodiscard]] bool is_preflight(const header_fields& headers);

/// The answer to an OPTIONS request for a path with these methods. A preflight fails with
/// `forbidden` if the policy does not allow its origin.
[[nodiscard]] result<answer> options_answer(const header_fields& headers, std::string methods,
                                            const cors_policy& policy);

} // namespace standings
