#include "config/loader.hpp"
#include "config/secret_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace standings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using variables = std::map<std::string, std::string>;

class SecretFiles : public testing::Test {
protected:
  SecretFiles() { std::filesystem::create_directories(directory_); }
  ~SecretFiles() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::string file(const std::string& content) {
    const auto name = (directory_ / std::to_string(++files_)).string();
    std::ofstream{name} << content;
    return name;
  }

  std::string problem_of(const variables& environment) {
    std::vector<std::string> problems;
    static_cast<void>(with_secret_files(environment, problems));
    return problems.size() == 1 ? problems.front() : std::to_string(problems.size()) + " problems";
  }

private:
  int files_ = 0;
  const std::filesystem::path directory_ =
      std::filesystem::path{testing::TempDir()}
      / ("standings_secrets_" + std::to_string(getpid()) + "_"
         + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(SecretFiles, GiveTheSecretsOfAConfiguration) {
  const auto token = file("a-token-of-length\n"); // an option of its own
  const auto out = load({.file = {},
                         .environment = {{"STANDINGS_ADMIN_TOKEN_FILE", token},
                                         {"STANDINGS_DATABASE_BACKEND", "postgres"},
                                         {"STANDINGS_CACHE_BACKEND", "redis"},
                                         {"REDIS_HOST", "r"},
                                         {"REDIS_PASSWORD_FILE", file("two words\r\n")},
                                         {"POSTGRES_HOST", "p"},
                                         {"POSTGRES_PASSWORD_FILE", file("p:w")}},
                         .overrides = {}});
  EXPECT_THAT(out.problems, ElementsAre());
  EXPECT_THAT(out.notes, ElementsAre());
  EXPECT_EQ(out.value.admin.token_file, token);
  EXPECT_EQ(out.value.cache.password, "two words");
  EXPECT_THAT(out.value.database.url, HasSubstr("postgres:p%3Aw@p"));
}

TEST_F(SecretFiles, ArePickyAboutFiles) {
  EXPECT_THAT(problem_of({{"REDIS_PASSWORD_FILE", "/nowhere"}}),
              HasSubstr("REDIS_PASSWORD_FILE: /nowhere cannot be read: No such file"));
  EXPECT_THAT(problem_of({{"REDIS_PASSWORD_FILE", "/"}}), HasSubstr("cannot be read"));
  EXPECT_THAT(problem_of({{"REDIS_PASSWORD_FILE", file("\n")}}), HasSubstr("is empty"));
  EXPECT_THAT(problem_of({{"REDIS_PASSWORD_FILE", file(std::string(70'000, 'x'))}}),
              HasSubstr("larger than 65536 bytes"));
  const auto both = problem_of({{"REDIS_PASSWORD_FILE", file("s3cr3t")}, {"REDIS_PASSWORD", "s3"}});
  EXPECT_EQ(both, "REDIS_PASSWORD_FILE: REDIS_PASSWORD is set, too");
}

TEST_F(SecretFiles, LeaveOtherVariablesAlone) {
  std::vector<std::string> problems;
  const variables others{{"POSTGRES_PASSWORD_FILE", "/for/the/server"},
                         {"STANDINGS_HTTP_PORT_FILE", "/no/secret"},
                         {"REDIS_PASSWORD_FILE", ""}};
  EXPECT_EQ(with_secret_files(others, problems), others);
  EXPECT_THAT(problems, ElementsAre());
}

} // namespace
} // namespace standings
