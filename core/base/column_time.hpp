#pragma once

#include "core/base/foreign_time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// What a column of times holds.
enum class time_kind : std::uint8_t {
  native,  ///< the database's own time type; in SQLite our whole microseconds
  naive,   ///< a native time without a zone; UTC
  date,    ///< a native date
  integer, ///< whole numbers since 1970, in `unit`
  real,    ///< numbers with a fraction since 1970, in `unit`
  iso,     ///< text in ISO 8601, in the style of `separator`, `digits` and `zone`
  day,     ///< text with the date alone
  rfc822,  ///< `Thu, 26 Nov 2026 08:00:00 GMT`
};

enum class time_unit : std::uint8_t { second, millisecond, microsecond, nanosecond };

/// One format for all times of a column: how they are read, and how we write ours so that the
/// application that made the column can still read it.
struct column_time {
  time_kind kind = time_kind::native;
  time_unit unit = time_unit::second;
  char separator = 'T';
  int digits = 0;     ///< of the fraction of a second
  std::string zone{}; ///< what is written after an ISO text: nothing, `Z`, `+00:00`, …

  friend bool operator==(const column_time&, const column_time&) = default;
};

/// The form that is kept in the database: `integer:milliseconds`, `iso:T:3:Z`.
std::string to_string(const column_time& format);
std::optional<column_time> parse_column_time(std::string_view text);

/// The form for people: `whole milliseconds since 1970`.
std::string describe(const column_time& format);

/// A way of writing times that was found in a column, with a few examples.
struct time_form {
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// Looks at every time of a column and finds the one format that they all agree on. It never
/// decides by a single row: a number is seconds or milliseconds because none of the column's
/// numbers can be anything else.
class time_census {
public:
  /// Times later than `now` are counted as lying in the future.
  explicit time_census(sys_time now) : now_(now) {}

  void add_null() { ++nulls_; }
  void add(std::int64_t number);
  void add(double number);
  void add(std::string_view text);
  /// A value of the database's own time type.
  void add(sys_time time) { count(time); }
  /// A value that cannot be a time, such as a blob.
  void add_unreadable(std::string_view text) { note(unreadable_, text); }

  [[nodiscard]] std::uint64_t nulls() const { return nulls_; }
  /// Times before 2000: the zero values of programming languages, which stand for "not known".
  [[nodiscard]] std::uint64_t zeros() const { return zeros_; }
  [[nodiscard]] std::uint64_t ahead() const { return ahead_; }
  [[nodiscard]] const time_form& unreadable() const { return unreadable_; }

  /// By name: `epoch seconds`, `ISO 8601 text`. A column can be used only if there is at most one.
  [[nodiscard]] const std::map<std::string, time_form>& forms() const { return forms_; }

  /// `nullopt` if no row determines the format, or rows disagree.
  [[nodiscard]] std::optional<column_time> format() const;

private:
  void count(sys_time time);
  void add_number(double number, std::string_view text, bool whole);
  static void note(time_form& form, std::string_view text);

  sys_time now_;
  std::uint64_t nulls_ = 0;
  std::uint64_t zeros_ = 0;
  std::uint64_t ahead_ = 0;
  bool fractions_ = false;
  time_form unreadable_;
  std::map<std::string, time_form> forms_;
  std::map<std::string, std::uint64_t> styles_; ///< of ISO texts, as `to_string` returns them
};

} // namespace standings
