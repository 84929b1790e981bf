#include "tests/support/servers.hpp"

#include <hiredis/hiredis.h>
#include <pqxx/pqxx>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

namespace standings::test {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool redis_answers(std::uint16_t port) {
  const std::unique_ptr<redisContext, decltype(&redisFree)> c{
      redisConnectWithTimeout("127.0.0.1", port, {1, 0}), redisFree};
  if (!c || c->err)
    return false;
  auto* reply = static_cast<redisReply*>(redisCommand(c.get(), "PING"));
  const bool answers = reply && reply->type == REDIS_REPLY_STATUS;
  freeReplyObject(reply);
  return answers;
}

bool postgres_answers(const std::string& url) {
  try {
    pqxx::connection c{url};
    pqxx::nontransaction{c}.exec("SELECT 1");
    return true;
  } catch (const pqxx::failure&) {
    return false;
  }
}

/// A database of this process's own in the private PostgreSQL, made at first use and dropped when
/// the process ends: advisory locks, which are one database's, are not shared with other tests.
class process_database {
public:
  explicit process_database(const std::string& server) : server_(server), made_by_(::getpid()) {
    const auto name = "_" + std::to_string(made_by_) + "_" + std::to_string(std::random_device{}());
    url_ = server_ + name;
    name_ = url_.substr(url_.rfind('/') + 1);
    run("CREATE DATABASE " + name_);
  }
  process_database(const process_database&) = delete;
  process_database& operator=(const process_database&) = delete;

  ~process_database() {
    if (::getpid() != made_by_)
      return;
    try {
      run("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const std::exception&) {
      // the cluster is removed with all it holds in any case
    }
  }

  [[nodiscard]] const std::string& url() const { return url_; }

private:
  void run(const std::string& statement) const {
    pqxx::connection c{server_};
    pqxx::nontransaction{c}.exec(statement);
  }

  const std::string server_;
  const ::pid_t made_by_;
  std::string name_;
  std::string url_;
};

} // namespace

// -- PostgreSQL ------------------------------------------------------------------

std::string test_postgres_url() {
  const auto server = environment("TEST_POSTGRES_URL");
  if (server.empty())
    return {};
  static const process_database ours{server};
  return ours.url();
}

postgres_schema::postgres_schema() {
  const auto base = test_postgres_url();
  if (base.empty())
    throw std::runtime_error("TEST_POSTGRES_URL is not set; run the tests through scripts/test");
  name_ = "t" + std::to_string(std::random_device{}()) + std::to_string(::getpid());
  pqxx::connection c{base};
  pqxx::nontransaction{c}.exec("CREATE SCHEMA " + name_);
  url_ = base + "?options=-csearch_path%3D" + name_;
}

postgres_schema::~postgres_schema() {
  try {
    pqxx::connection c{test_postgres_url()};
    pqxx::nontransaction{c}.exec("SET client_min_messages = error; DROP SCHEMA " + name_
                                 + " CASCADE");
  } catch (const pqxx::failure&) {
    // the cluster is removed with all it holds in any case
  }
}

postgres_server::postgres_server() : port_(free_port()) {
  url_ = "postgresql://standings@127.0.0.1:" + std::to_string(port_) + "/postgres";
  const auto bin = environment("TEST_POSTGRES_BIN");
  if (bin.empty())
    throw std::runtime_error("TEST_POSTGRES_BIN is not set; run the tests through scripts/test");
  const auto data = dir_ / "data";
  std::vector<std::string> init{bin + "/initdb", "-D", data,   "-U",       "standings", "-A",
                                "trust",         "-E", "UTF8", "--no-sync"};
  if (::geteuid() == 0) { // PostgreSQL refuses to run as root
    const auto* user = ::getpwnam("postgres");
    if (!user || ::chown(dir_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("no user postgres");
    init.insert(init.begin(), {"-u", "postgres", "--"});
  } else {
    init.insert(init.begin(), "--");
  }
  const auto program = ::geteuid() == 0 ? "/usr/sbin/runuser" : "/usr/bin/env";
  if (const auto made = run(program, init); made.exit_code != 0)
    throw std::runtime_error("initdb failed: " + made.error);
  start();
}

void postgres_server::start() {
  const auto bin = environment("TEST_POSTGRES_BIN");
  std::vector<std::string> words{"--", bin + "/postgres",           "-D", dir_ / "data",
                                 "-p", std::to_string(port_),       "-k", dir_.path().string(),
                                 "-c", "listen_addresses=127.0.0.1"};
  if (::geteuid() == 0)
    words.insert(words.begin(), {"-u", "postgres"});
  const auto program = ::geteuid() == 0 ? "/usr/sbin/runuser" : "/usr/bin/env";
  // after a crash it does not start until the last child of the old one has ended
  const auto answers = [&] {
    if (!process_ || !process_->running())
      process_ = std::make_unique<process>(program,
                                           process::options{words, dir_ / "out", dir_ / "err", {}});
    return postgres_answers(url_);
  };
  if (!eventually(answers, std::chrono::seconds{30}))
    throw std::runtime_error("PostgreSQL did not start: " + read_file(dir_ / "err"));
}

void postgres_server::kill() {
  // the first line is the postmaster's process id; its children would end by themselves, but on a
  // busy machine not before they have served another statement
  const auto text = read_file(dir_ / "data/postmaster.pid");
  if (const auto postmaster = static_cast<pid_t>(std::atol(text.c_str())); postmaster > 0) {
    const auto id = std::to_string(postmaster);
    std::vector<pid_t> all{postmaster};
    std::ifstream children{"/proc/" + id + "/task/" + id + "/children"};
    for (pid_t child = 0; children >> child;)
      all.push_back(child);
    for (const auto one : all)
      ::kill(one, SIGKILL);
  }
  process_.reset();
  eventually([&] { return !postgres_answers(url_); }, std::chrono::seconds{10});
}

postgres_server::~postgres_server() {
  if (process_)
    kill();
}

// -- Redis -----------------------------------------------------------------------

redis_server::redis_server(std::vector<std::string> options)
    : options_(std::move(options)), port_(free_port()) {
  start();
}

void redis_server::start() {
  auto bin = environment("TEST_REDIS_BIN");
  if (bin.empty())
    bin = "/usr/bin";
  std::vector<std::string> words{"--port",       std::to_string(port_),
                                 "--bind",       "127.0.0.1",
                                 "--dir",        dir_.path().string(),
                                 "--save",       "",
                                 "--appendonly", "no"};
  words.insert(words.end(), options_.begin(), options_.end());
  process_ = std::make_unique<process>(bin + "/redis-server",
                                       process::options{words, dir_ / "out", dir_ / "err", {}});
  const auto answers = [&] {
    return redis_answers(port_) || !process_->running();
  };
  if (!eventually(answers, std::chrono::seconds{10}) || !process_->running())
    throw std::runtime_error("Redis did not start: " + read_file(dir_ / "out"));
}

void redis_server::kill() {
  process_.reset();
}

} // namespace standings::test
