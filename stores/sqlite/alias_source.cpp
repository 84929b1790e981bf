#include "stores/sqlite/alias_source.hpp"

#include "core/base/presentable.hpp"
#include "core/base/validate.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t max_problems = 5;       ///< reported per batch
constexpr int max_row_bytes = 64 * 1'048'576; ///< also of a row that a view computes

/// What the file system reports about a file.
struct file_sight {
  bool exists = false;
  std::string identity; ///< distinguishes the file from others
  std::string state;    ///< changes with its content
};

std::string nanoseconds(const timespec& t) {
  return std::to_string(t.tv_sec) + "." + std::to_string(t.tv_nsec);
}

file_sight look_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
    return {};
  return {true, std::to_string(found.st_dev) + "/" + std::to_string(found.st_ino),
          std::to_string(found.st_size) + "@" + nanoseconds(found.st_mtim) + "@"
              + nanoseconds(found.st_ctim)};
}

/// The state of a write-ahead log. An empty one counts as missing: opening a database may leave one
/// behind.
std::string log_state(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || found.st_size == 0)
    return "none";
  return std::to_string(found.st_ino) + ":" + std::to_string(found.st_size) + "@"
         + nanoseconds(found.st_mtim);
}

/// Measures how long SQLite has worked, and decides whether it may go on. SQLite calls it every few
/// thousand instructions of a query, even if the query returns no row.
class query_guard {
public:
  explicit query_guard(std::chrono::milliseconds limit) : limit_(limit) {}

  void stop_when(std::function<bool()> told) { told_ = std::move(told); }

  void watch(SQLite::Database& db) {
    sqlite3_progress_handler(
        db.getHandle(), instructions,
        [](void* self) { return static_cast<query_guard*>(self)->go_on() ? 0 : 1; }, this);
  }

  /// Restarts the deadline, for another table.
  void start_over() {
    worked_ = {};
    since_ = clock::now();
    stopped_ = false;
  }

  void start() { since_ = clock::now(); }
  void stop() { worked_ += clock::now() - since_; }

  /// Why a query was interrupted.
  [[nodiscard]] std::string why() const {
    return stopped_ ? "reading the alias source was stopped"
                    : "reading the alias source took longer than "
                          + std::to_string(limit_.count() / 1'000) + " s";
  }

private:
  using clock = std::chrono::steady_clock;
  static constexpr int instructions = 10'000;

  bool go_on() {
    stopped_ = told_();
    return !stopped_ && worked_ + (clock::now() - since_) < limit_;
  }

  const std::chrono::milliseconds limit_;
  std::function<bool()> told_ = [] {
    return false;
  };
  clock::duration worked_{};
  clock::time_point since_ = clock::now();
  bool stopped_ = false;
};

/// Counts its lifetime as work of SQLite.
class working {
public:
  explicit working(query_guard& guard) : guard_(guard) { guard_.start(); }
  working(const working&) = delete;
  working& operator=(const working&) = delete;
  ~working() { guard_.stop(); }

private:
  query_guard& guard_;
};

failure source_failure(const SQLite::Exception& e) {
  const auto away = [](const char* why) {
    return fail(errc::store_unavailable, why);
  };
  switch (e.getErrorCode()) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return away("the alias source is locked by another program");
  case SQLITE_NOTADB:
    return away("the alias source is no SQLite database");
  case SQLITE_CORRUPT:
    return away("the alias source is corrupt");
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return away("the alias source cannot be opened");
  case SQLITE_TOOBIG:
    return away("the alias source has a row that is too large");
  default:
    return fail_because(errc::store_unavailable, "the alias source cannot be read",
                        "SQLite " + std::to_string(e.getExtendedErrorCode()) + ": "
                            + presentable(e.what()));
  }
}

/// Runs `f` under the deadline.
template <class F>
auto guard(query_guard& watched, F&& f) -> decltype(f()) {
  const working now{watched};
  try {
    return std::forward<F>(f)();
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() == SQLITE_INTERRUPT)
      return fail(errc::store_unavailable, watched.why());
    return source_failure(e);
  }
}

/// The value as UTF-8, whatever the file's encoding, including NULs.
std::string bytes_of(const SQLite::Column& column) {
  const auto* text = column.getText();
  return {text, static_cast<std::size_t>(column.getBytes())};
}

/// A qualified column name in brackets: SQLite would take an unknown column in double quotes for a
/// string literal.
std::string column_of(const std::string& name) {
  return "source.[" + name + "]";
}

/// Casts turn values of any type into bytes; sorting by them, whatever the column's collation,
/// brings equal aliases together.
std::string select_from(const alias_table& from, const std::string& alias_column) {
  const auto alias = column_of(alias_column);
  return "SELECT CAST(" + alias + " AS TEXT) COLLATE BINARY, CAST(" + column_of(from.id_column)
         + " AS TEXT) FROM [" + from.table + "] AS source ORDER BY 1";
}

class sqlite_alias_reader final : public alias_row_reader {
public:
  sqlite_alias_reader(SQLite::Database& db, const std::string& sql, query_guard& watched,
                      std::size_t max_value_bytes)
      : watched_(watched), max_value_bytes_(max_value_bytes), rows_(db, sql) {}

  result<alias_batch> next(std::size_t limit) override {
    return guard(watched_, [&]() -> result<alias_batch> {
      alias_batch out;
      out.records.reserve(limit);
      while (out.records.size() < limit && !ended_)
        step(out);
      out.done = ended_;
      return out;
    });
  }

private:
  void step(alias_batch& out) {
    if (!rows_.executeStep()) {
      ended_ = true;
      return close_group(out);
    }
    const auto alias = rows_.getColumn(0);
    const auto id = rows_.getColumn(1);
    if (alias.isNull())
      return reject(out, id, "the alias is NULL");
    auto text = bytes_of(alias);
    if (in_group_ && text != alias_)
      close_group(out);
    if (const auto valid = validate_alias(text); !valid)
      return reject(out, id, "the alias " + valid.error().detail);
    if (id.isNull())
      return reject(out, id, "the id of an alias is NULL");
    auto id_text = bytes_of(id);
    if (id_text.empty() || !is_valid_utf8(id_text))
      return reject(out, id, "the id of an alias is empty or not valid UTF-8");
    in_group_ = true;
    alias_ = std::move(text);
    add_id(out, std::move(id_text));
  }

  /// If an alias has more ids than fit into a value, none of its ids is kept.
  void add_id(alias_batch& out, std::string id) {
    bytes_ += id.size() + 3; // quotes and a comma
    if (bytes_ <= max_value_bytes_) {
      ids_.push_back(std::move(id));
      return;
    }
    out.invalid += 1 + ids_.size();
    if (!ids_.empty() || bytes_ == id.size() + 3)
      tell(out, "alias '" + abbreviated(alias_) + "': its ids have more than "
                    + std::to_string(max_value_bytes_) + " bytes");
    std::vector<std::string>{}.swap(ids_);
  }

  void close_group(alias_batch& out) {
    in_group_ = false;
    bytes_ = 0;
    if (ids_.empty())
      return;
    out.records.push_back({std::exchange(alias_, {}), alias_value(std::exchange(ids_, {}))});
  }

  static void tell(alias_batch& out, std::string what) {
    if (out.problems.size() < max_problems)
      out.problems.push_back(std::move(what));
  }

  static void reject(alias_batch& out, const SQLite::Column& id, const std::string& why) {
    ++out.invalid;
    tell(out, "id " + (id.isNull() ? "NULL" : abbreviated(bytes_of(id))) + ": " + why);
  }

  query_guard& watched_;
  const std::size_t max_value_bytes_;
  SQLite::Statement rows_;
  bool in_group_ = false;
  std::string alias_; ///< the alias that is being read
  std::vector<std::string> ids_;
  std::size_t bytes_ = 0; ///< of this alias's ids, including those that are not kept
  bool ended_ = false;
};

class sqlite_alias_snapshot final : public alias_snapshot {
public:
  /// Throws if the file cannot be read at all.
  sqlite_alias_snapshot(SQLite::Database& db, const sqlite_alias_options& options,
                        query_guard& watched)
      : db_(db), options_(options), watched_(watched) {
    db_.exec("BEGIN");
    try {
      db_.execAndGet("SELECT count(*) FROM sqlite_schema"); // only a read opens the snapshot
    } catch (const SQLite::Exception&) {
      end();
      throw;
    }
  }

  ~sqlite_alias_snapshot() override { end(); }

  result<std::unique_ptr<alias_row_reader>> read(alias_type type) override {
    const auto& from = options_.tables[index_of(type)];
    watched_.start_over();
    try {
      return std::unique_ptr<alias_row_reader>{std::make_unique<sqlite_alias_reader>(
          db_, select_from(from, options_.alias_column), watched_, options_.max_value_bytes)};
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() != SQLITE_ERROR)
        return source_failure(e);
      return fail(errc::store_unavailable, "the alias source has no table " + from.table
                                               + " with columns " + from.id_column + " and "
                                               + options_.alias_column);
    }
  }

private:
  void end() { db_.tryExec("ROLLBACK"); }

  SQLite::Database& db_;
  const sqlite_alias_options& options_;
  query_guard& watched_;
};

class sqlite_alias_source final : public alias_source {
public:
  explicit sqlite_alias_source(sqlite_alias_options options)
      : options_(std::move(options)), watched_(options_.read_limit) {}

  void stop_when(std::function<bool()> told) override { watched_.stop_when(std::move(told)); }

  std::string identity() const override {
    // symbolic links are not resolved: a new release of the file is the same source
    std::error_code error;
    const auto path = std::filesystem::absolute(options_.path, error);
    return error ? options_.path : path.lexically_normal().string();
  }

  bool exists() override { return look_at(options_.path).exists; }

  result<std::string> fingerprint() override {
    const auto file = look_at(options_.path);
    if (const auto opened = open(file); !opened)
      return opened.error();
    return guarded([&]() -> result<std::string> {
      const auto version = db_->execAndGet("PRAGMA data_version").getInt64();
      // data_version is only comparable within one connection
      return file.identity + " " + file.state + " " + log_state(options_.path + "-wal") + " "
             + std::to_string(opened_) + ":" + std::to_string(version);
    });
  }

  result<std::unique_ptr<alias_snapshot>> snapshot() override {
    if (const auto opened = open(look_at(options_.path)); !opened)
      return opened.error();
    return guarded([&]() -> result<std::unique_ptr<alias_snapshot>> {
      return std::unique_ptr<alias_snapshot>{
          std::make_unique<sqlite_alias_snapshot>(*db_, options_, watched_)};
    });
  }

private:
  result<void> open(const file_sight& file) {
    if (!file.exists) {
      db_.reset();
      return fail(errc::store_unavailable, "the alias source does not exist");
    }
    // SQLite itself does not notice every way of replacing a file's content
    const auto seen = file.identity + " " + file.state;
    if (db_ && opened_at_ == seen)
      return {};
    db_.reset();
    return guarded([&]() -> result<void> {
      db_.emplace(options_.path, SQLite::OPEN_READONLY,
                  static_cast<int>(options_.busy_timeout.count()));
      watched_.watch(*db_);
      sqlite3_limit(db_->getHandle(), SQLITE_LIMIT_LENGTH, max_row_bytes);
      // cache_size limits the memory for sorting a table, in KiB
      db_->exec("PRAGMA cache_size = -32768; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF");
      opened_at_ = seen;
      ++opened_;
      return {};
    });
  }

  /// Closes the connection on a failure; it is not trusted again.
  template <class F>
  auto guarded(F&& f) -> decltype(f()) {
    watched_.start_over();
    auto done = guard(watched_, std::forward<F>(f));
    if (!done)
      db_.reset();
    return done;
  }

  const sqlite_alias_options options_;
  query_guard watched_;
  std::optional<SQLite::Database> db_;
  std::string opened_at_; ///< state of the file when it was opened
  std::uint64_t opened_ = 0;
};

} // namespace

std::unique_ptr<alias_source> make_sqlite_alias_source(const sqlite_alias_options& options) {
  return std::make_unique<sqlite_alias_source>(options);
}

} // namespace standings
