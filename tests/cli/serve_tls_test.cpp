#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>

namespace standings::test {
namespace {

using testing::HasSubstr;

/// The program with the certificate in tls.crt and tls.key of its data directory.
class ServeTls : public testing::Test {
protected:
  void install(const certificate_files& files) const {
    const auto always = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(files.certificate, dir / "tls.crt", always);
    std::filesystem::copy_file(files.key, dir / "tls.key", always);
  }

  [[nodiscard]] std::vector<std::string> arguments() const {
    return {"serve",
            "--port",
            "0",
            "--data-dir",
            dir / "",
            "--set",
            "http.tls.cert_file=tls.crt",
            "--set",
            "http.tls.key_file=tls.key"};
  }

  [[nodiscard]] std::string log() const { return read_file(dir / "log"); }

  [[nodiscard]] bool is_logged(const std::string& text) const {
    return eventually([&] { return log().find(text) != std::string::npos; },
                      std::chrono::seconds{10});
  }

  [[nodiscard]] std::uint16_t port() const {
    std::smatch found;
    const auto text = log();
    std::regex_search(text, found, std::regex{"Listening on https://127.0.0.1:([0-9]+)"});
    return static_cast<std::uint16_t>(std::stoi(found[1]));
  }

  const certificate_authority authority;
  const temp_dir dir;
};

TEST_F(ServeTls, ReadsItsCertificateAgainOnSighup) {
  install(authority.issue("first"));
  process service{STANDINGS_BINARY, {arguments(), dir / "output", dir / "log"}};
  ASSERT_TRUE(is_logged("Listening on https://")) << log();
  const tls_wishes trusting{.ca_file = authority.file()};
  tls_connection old{port(), trusting};
  ASSERT_EQ(old.ask(get_request("/healthz")).status, 200);

  install(authority.issue("second"));
  service.signal(SIGHUP);
  ASSERT_TRUE(is_logged("new connections get the certificate")) << log();
  const auto renewed = tls_connection{port(), trusting}.serial();
  EXPECT_NE(renewed, old.serial());
  EXPECT_EQ(old.ask(get_request("/healthz")).status, 200);

  std::ofstream{dir / "tls.key"} << "broken\n";
  service.signal(SIGHUP);
  ASSERT_TRUE(is_logged("the certificate stays as it is: http.tls.key_file")) << log();
  EXPECT_EQ((tls_connection{port(), trusting}.serial()), renewed);

  service.signal(SIGTERM);
  EXPECT_EQ(service.wait(std::chrono::seconds{10}), 0);
}

TEST_F(ServeTls, RefusesToStartWithAPairThatDoesNotFit) {
  install({authority.issue("one").certificate, authority.issue("other").key});
  const auto done = run(STANDINGS_BINARY, arguments());
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.error, HasSubstr("http.tls.key_file"));
  EXPECT_THAT(done.error, HasSubstr("the key of another certificate"));
  const auto checked =
      run(STANDINGS_BINARY, {"check", "--data-dir", dir / "", "--set", "http.tls.cert_file=tls.crt",
                             "--set", "http.tls.key_file=tls.key"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.output, HasSubstr("http.tls: not ok"));
}

TEST_F(ServeTls, NeedsBothFilesOrNone) {
  const auto done = run(STANDINGS_BINARY,
                        {"check", "--data-dir", dir / "", "--set", "http.tls.cert_file=tls.crt"});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_THAT(done.output + done.error,
              HasSubstr("http.tls.key_file: http.tls.cert_file needs it"));
}

/// `standings WORDS` with the configuration of the service.
class ServeTlsForCommands : public ServeTls {
protected:
  ServeTlsForCommands() {
    install(authority.issue("server", {.names = "DNS:scores.example"}));
    service_.emplace(STANDINGS_BINARY, process::options{arguments(), dir / "output", dir / "log"});
    EXPECT_TRUE(is_logged("Listening on https://")) << log();
    const auto is_ready = [&] {
      return tls_connection{port()}.ask(get_request("/readyz")).status == 200;
    };
    EXPECT_TRUE(eventually(is_ready, std::chrono::seconds{20})) << log();
  }

  [[nodiscard]] finished run_command(std::vector<std::string> words,
                                     const std::string& certificate = "tls.crt") const {
    const std::vector<std::string> configured{"--port",     std::to_string(port()),
                                              "--data-dir", dir / "",
                                              "--set",      "http.tls.cert_file=" + certificate,
                                              "--set",      "http.tls.key_file=tls.key"};
    words.insert(words.end(), configured.begin(), configured.end());
    return run(STANDINGS_BINARY, words);
  }

private:
  std::optional<process> service_;
};

TEST_F(ServeTlsForCommands, IsAskedOverHttpsAndKnownByItsCertificate) {
  const auto alive = run_command({"health"});
  EXPECT_EQ(alive.exit_code, 0) << alive.error;
  EXPECT_EQ(alive.output, "ok\n");
  EXPECT_EQ(run_command({"health", "--ready"}).output, "ready\n");
  EXPECT_EQ(run_command({"update", "anna", "5"}).exit_code, 0);
  const auto status = run_command({"sync", "status"});
  EXPECT_EQ(status.exit_code, 0) << "with the token of its data directory: " << status.error;
}

TEST_F(ServeTlsForCommands, IsNotTrustedWithAnotherCertificateOfTheSameAuthority) {
  const auto other = authority.issue("other", {.names = "DNS:scores.example"});
  const auto stranger = run_command({"sync", "status"}, other.certificate);
  EXPECT_EQ(stranger.exit_code, 1);
  EXPECT_THAT(stranger.error, HasSubstr("shows another certificate than " + other.certificate));
  EXPECT_THAT(stranger.error, HasSubstr("SIGHUP"));
  const auto unreadable = run_command({"health"}, dir / "absent.crt");
  EXPECT_EQ(unreadable.exit_code, 1);
  EXPECT_THAT(unreadable.error, HasSubstr("absent.crt cannot be read"));
}

TEST_F(ServeTlsForCommands, IsCheckedByNameWhereAnAuthorityOrAUrlIsGiven) {
  const auto by_authority = run_command({"health", "--ca-file", authority.file()});
  EXPECT_EQ(by_authority.exit_code, 1) << "it is not for 127.0.0.1";
  EXPECT_THAT(by_authority.error, HasSubstr("not trusted for that name"));
  const auto url = "https://127.0.0.1:" + std::to_string(port());
  const auto by_url =
      run(STANDINGS_BINARY, {"health", "--url", url, "--data-dir", dir / "", "--set",
                             "http.tls.cert_file=tls.crt", "--set", "http.tls.key_file=tls.key"});
  EXPECT_EQ(by_url.exit_code, 1);
  EXPECT_THAT(by_url.error, HasSubstr("not trusted"));
}

} // namespace
} // namespace standings::test
