#pragma once

#include <cstddef>
#include <cstdint>
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
  header_fields() = default;
  header_fields(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    for (const auto& [name, value] : fields)
      add(name, value);
  }

  /// `value`: without the blanks around it.
  void add(std::string_view name, std::string_view value);
  /// Gives the first such field another value. Precondition: there is one.
  void replace(std::string_view name, std::string_view value);

  void clear();

  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  /// The value of the first such field; empty if there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;

  /// The values of all such fields, in the order of their arrival.
  [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const;

  /// Whether a field with a comma-separated list contains `token`, ignoring case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;

  /// Frees memory that an unusually large request has left behind.
  void release_surplus();

private:
  /// Where a field lies in the text. Small: a head may have ten thousand of them.
  struct field {
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  [[nodiscard]] const field* find(std::string_view name) const;
  [[nodiscard]] bool has_name(const field& f, std::string_view name) const;
  [[nodiscard]] std::string_view value_of(const field& f) const;

  std::string text_; ///< names and values, one after the other
  std::vector<field> fields_;
};

} // namespace standings
