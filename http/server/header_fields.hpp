#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// The header fields of a request in the order of their arrival. Names are compared without regard
/// to case; a field may occur several times.
class header_fields {
public:
  struct field {
    std::string name;
    std::string value; ///< without the blanks around it
  };

  header_fields() = default;
  header_fields(std::initializer_list<field> fields) : fields_(fields) {}

  void add(std::string_view name, std::string_view value) {
    fields_.push_back({std::string{name}, std::string{value}});
  }
  void clear() { fields_.clear(); }

  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  /// The value of the first such field; empty if there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;

  /// Whether a field with a comma-separated list contains `token`, ignoring case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;

  /// Frees memory that an unusually large request has left behind.
  void release_surplus();

private:
  [[nodiscard]] const field* find(std::string_view name) const;

  std::vector<field> fields_;
};

} // namespace standings
