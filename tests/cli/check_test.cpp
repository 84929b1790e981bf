#include "tests/cli/program_test.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

namespace standings::test {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// What `check` says about all but the stores.
class Check : public ProgramTest {
protected:
  finished check(words settings) {
    words arguments{"check", "--port", port};
    for (auto& setting : settings)
      arguments.insert(arguments.end(), {"--set", std::move(setting)});
    return run_with(std::move(arguments));
  }

  std::string port = "0";
};

TEST_F(Check, SaysWhatItIsThatServesAndListens) {
  const auto done = check({});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.output,
              AllOf(HasSubstr("data_dir: ok, /"), HasSubstr("http: ok, http://127.0.0.1:0"),
                    HasSubstr("aliases: ok, there is no /"),
                    HasSubstr("note: the cache is in memory"),
                    ContainsRegex("database: ok, sqlite /.*, library 3\\.")));
}

TEST_F(Check, NamesADirectoryThatIsNotWritableAndMakesNoFileThere) {
  std::filesystem::create_directories(data_dir);
  std::filesystem::permissions(data_dir, std::filesystem::perms{0500});
  // without the right of root to write everywhere
  const auto done = run("/usr/bin/setpriv",
                        {"--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all",
                         STANDINGS_BINARY, "check", "--port", "0", "--data-dir", data_dir});
  EXPECT_EQ(done.exit_code, 1) << done.output << done.error;
  EXPECT_THAT(done.output,
              AllOf(HasSubstr("data_dir: not ok, the data directory is not writable"),
                    HasSubstr("database: not ok"), HasSubstr(data_dir + ": Permission denied")));
  EXPECT_TRUE(std::filesystem::is_empty(data_dir));
}

TEST_F(Check, APortIsFitIfItIsFreeOrOurs) {
  const service_under_test service;
  port = std::to_string(service.port());
  auto done = check({});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.output, HasSubstr("where a service of Standings answers already"));

  httplib::Server other;
  port = std::to_string(other.bind_to_any_port("127.0.0.1"));
  std::thread answering{[&] {
    other.listen_after_bind();
  }};
  done = check({});
  other.stop();
  answering.join();
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, HasSubstr("the port is in use by another program"));
}

TEST_F(Check, AWebhookIsConnectedToAndNeverCalled) {
  httplib::Server receiver;
  std::atomic<int> calls = 0;
  receiver.set_pre_routing_handler([&](const auto&, auto&) {
    ++calls;
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto address = "http://127.0.0.1:" + std::to_string(receiver.bind_to_any_port("127.0.0.1"));
  std::thread answering{[&] {
    receiver.listen_after_bind();
  }};
  const auto fit = check({"reconcile.webhook_url=" + address + "/hunter2?key=hunter2"});
  receiver.stop();
  answering.join();
  EXPECT_EQ(fit.exit_code, 0) << fit.output;
  EXPECT_THAT(fit.output, HasSubstr("webhook: ok, " + address + " takes connections"));
  EXPECT_EQ(calls, 0);
  const auto gone = "http://127.0.0.1:" + std::to_string(free_port());
  const auto unfit = check({"reconcile.webhook_url=" + gone + "/hunter2"});
  EXPECT_EQ(unfit.exit_code, 1);
  EXPECT_THAT(unfit.output, HasSubstr("webhook: not ok, the webhook cannot be reached (" + gone));
  for (const auto& done : {fit, unfit})
    EXPECT_THAT(done.output + done.error, Not(HasSubstr("hunter2")));
}

TEST_F(Check, AnAliasSourceHasToBeAFileOfSqlite) {
  const auto file = write("names.db", "these are no names");
  const auto done = check({"aliases.source=" + file});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, AllOf(HasSubstr("aliases: not ok"), HasSubstr(file)));
  EXPECT_EQ(check({"aliases.source=" + (dir / "none.db")}).exit_code, 0);
  EXPECT_EQ(check({"aliases.source=" + (dir / "none.db"), "aliases.enabled=true"}).exit_code, 1);
}

class PrintedConfig : public ProgramTest {
protected:
  const process::variables environment{{"STANDINGS_LOG_LEVEL", "debug"},
                                       {"STANDINGS_ADMIN_TOKEN", "hunter2-of-sufficient-length"}};
};

TEST_F(PrintedConfig, HasEveryValueAndWhereItComesFromButNoSecret) {
  const auto file = write("c.yaml", "http:\n  threads: 3\ntokens:\n- {name: game, sha256: "
                                        + std::string(64, 'a') + ", may: write}\n");
  const auto done = run_with({"config", "--config", file, "--port", "8123"}, environment);
  EXPECT_EQ(done.exit_code, 0) << done.error;
  EXPECT_THAT(done.output, AllOf(ContainsRegex("http.port: 8123 +# command line\n"),
                                 ContainsRegex("http.threads: 3 +# [^\n]*c.yaml:2\n"),
                                 ContainsRegex("log.level: debug +# STANDINGS_LOG_LEVEL\n"),
                                 ContainsRegex("admin.token: \\*\\*\\* +# STANDINGS_ADMIN_TOKEN\n"),
                                 ContainsRegex("log.format: text +# default\n"),
                                 ContainsRegex("tokens: game +#")));
  EXPECT_THAT(done.output + done.error, AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("aaaa"))));
  EXPECT_FALSE(std::filesystem::exists(data_dir));
}

TEST_F(PrintedConfig, IsJsonIfAskedAndWhatServeWouldUse) {
  const auto done = run_with({"config", "--json"}, environment);
  const auto options = json::parse(done.output).at("options").as_array();
  EXPECT_GT(options.size(), 80U);
  const auto directory = std::find_if(options.begin(), options.end(), [](const json::value& one) {
    return one.at("path").as_string() == "data_dir";
  });
  ASSERT_NE(directory, options.end());
  EXPECT_EQ(directory->at("value").as_string(), data_dir);
  EXPECT_EQ(directory->at("source").as_string(), "command line");
  const auto served = run_with({"serve", "--print-config"}, environment);
  EXPECT_EQ(served.exit_code, 0);
  EXPECT_EQ(served.output, run_with({"config"}, environment).output);
  EXPECT_FALSE(std::filesystem::exists(data_dir)) << "it has not served";
}

} // namespace
} // namespace standings::test
