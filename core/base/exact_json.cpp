#include "core/base/exact_json.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

/// The double nearest to a number. Out of a double's range `from_chars` does not say on which side
/// the number lies; `roughly`, which is a little off at most, does.
double nearest_double(json::string_view text, double roughly) {
  double out = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{})
    return out;
  const bool is_huge = std::abs(roughly) > 1;
  return std::copysign(is_huge ? std::numeric_limits<double>::infinity() : 0.0, roughly);
}

/// Makes values of what the parser finds, as the handler within Boost.JSON does.
class value_builder {
  using error_code = boost::system::error_code;

public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  value_builder(unsigned char* buffer, std::size_t size) : values_({}, buffer, size) {
    values_.reset();
  }

  json::value release() { return values_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t members, error_code&) {
    values_.push_object(members);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t elements, error_code&) {
    values_.push_array(elements);
    return true;
  }
  bool on_key_part(json::string_view text, std::size_t, error_code&) {
    values_.push_chars(text);
    return true;
  }
  bool on_key(json::string_view text, std::size_t, error_code&) {
    values_.push_key(text);
    return true;
  }
  bool on_string_part(json::string_view text, std::size_t, error_code&) {
    values_.push_chars(text);
    return true;
  }
  bool on_string(json::string_view text, std::size_t, error_code&) {
    values_.push_string(text);
    return true;
  }
  /// The text is there as a whole, so a part of a number is the end of a text that is incomplete.
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double roughly, json::string_view text, error_code&) {
    values_.push_double(nearest_double(text, roughly));
    return true;
  }
  bool on_bool(bool flag, error_code&) {
    values_.push_bool(flag);
    return true;
  }
  bool on_null(error_code&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

private:
  json::value_stack values_;
};

} // namespace

json_prefix json_prefix_of(std::string_view text) {
  std::array<unsigned char, 4'096> buffer; // NOLINT: written before it is read
  json::basic_parser<value_builder> parser{json::parse_options{}, buffer.data(), buffer.size()};
  constexpr bool more_may_follow = true; // so the caller judges what comes after the value
  boost::system::error_code error;
  const auto size = parser.write_some(more_may_follow, text.data(), text.size(), error);
  if (!error && !parser.done())
    error = json::error::incomplete;
  if (error)
    return {nullptr, size, error};
  return {parser.handler().release(), size, {}};
}

std::optional<json::object> json_object_in(std::string_view text) {
  auto read = json_prefix_of(text);
  if (read.error || read.size != text.size() || !read.value.is_object())
    return std::nullopt;
  return std::move(read.value.get_object());
}

} // namespace standings
