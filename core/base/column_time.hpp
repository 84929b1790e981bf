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
  native,  ///< a time of the database's own, or our whole microseconds in SQLite
  naive,   ///< a native time without a zone; UTC
  date,    ///< a native date
  integer, ///< whole numbers since 1970, in `unit`
  real,    ///< numbers with a fraction since 1970, in `unit`
  iso,     ///< text in ISO 8601, written as `separator`, `digits` and `zone` say
  day,     ///< text with the date alone
  rfc822,  ///< `Thu, 26 Nov 2026 08:00:00 GMT`
};

enum class time_unit : std::uint8_t { second, millisecond, microsecond, nanosecond };

/// One format for all times of a column: how they are read, and how ours are
/// written, so that the application that made the column can go on reading it.
struct column_time {
  time_kind kind = time_kind::native;
  time_unit unit = time_unit::second;
  char separator = 'T';
  int digits = 0;     ///< of the fraction
  std::string zone{}; ///< what is written after an ISO text: nothing, `Z`, `+00:00`, …

  friend bool operator==(const column_time&, const column_time&) = default;
};

/// `integer:milliseconds`, `iso:T:3:Z`: what is kept in the database.
std::string to_string(const column_time& format);
std::optional<column_time> parse_column_time(std::string_view text);

/// For people: `whole milliseconds since 1970`.
std::string describe(const column_time& format);

/// A way of writing times that was met in a column, with a few of them.
struct time_form {
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// Looks at every time of a column, and says which one format they agree on. It
/// never decides by a single row: a number is seconds or milliseconds because all
/// numbers of the column can be nothing else.
class time_census {
public:
  /// `now`: later times are counted as yet to come.
  explicit time_census(sys_time now) : now_(now) {}

  void add_null() { ++nulls_; }
  void add(std::int64_t number);
  void add(double number);
  void add(std::string_view text);
  /// A time of the database's own type.
  void add(sys_time time) { count(time); }
  /// What cannot be a time, such as a blob.
  void add_unreadable(std::string_view text) { note(unreadable_, text); }

  [[nodiscard]] std::uint64_t nulls() const { return nulls_; }
  /// Before 2000: the zero values of languages, which stand for "not known".
  [[nodiscard]] std::uint64_t zeros() const { return zeros_; }
  [[nodiscard]] std::uint64_t ahead() const { return ahead_; }
  [[nodiscard]] const time_form& unreadable() const { return unreadable_; }

  /// By name: `epoch seconds`, `ISO 8601 text`. Two of them are one too many.
  [[nodiscard]] const std::map<std::string, time_form>& forms() const { return forms_; }

  /// Nothing where no row says it, or rows disagree.
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
  std::map<std::string, std::uint64_t> styles_; ///< of ISO texts, as to_string gives them
};

} // namespace standings
