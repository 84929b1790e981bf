#include "stores/postgres/address.hpp"

#include <gmock/gmock.h>

#include <map>

namespace standings {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string info(const std::string& text) {
  const auto read = parse_postgres_address(text);
  return read ? read->conninfo : "refused: " + explain(read.error());
}

std::string place(const std::string& text) {
  return parse_postgres_address(text).value().place;
}

TEST(PostgresAddress, UrlAndKeywordsMeanTheSame) {
  for (const std::string text :
       {"postgresql://ann:secret@db:5433/scores", "postgres://ann:secret@db:5433/scores",
        "host=db port=5433 user=ann password=secret dbname=scores",
        "host = 'db'  port= 5433\tuser ='ann' password=secret dbname=scores"}) {
    const auto read = info(text);
    for (const auto* part : {"host='db'", "port='5433'", "user='ann'", "password='secret'",
                             "dbname='scores'", "connect_timeout='5'", "client_encoding='UTF8'"})
      EXPECT_THAT(read, HasSubstr(part)) << text;
    EXPECT_EQ(place(text), "db:5433/scores");
  }
}

TEST(PostgresAddress, DefaultsAreAddedOnlyWhereAbsent) {
  EXPECT_THAT(info("postgresql://db/x?connect_timeout=9&application_name=mine"),
              testing::AllOf(HasSubstr("connect_timeout='9'"), HasSubstr("application_name='mine'"),
                             Not(HasSubstr("connect_timeout='5'"))));
  EXPECT_THAT(info("host=db password='connect_timeout=9&keepalives_idle=1'"),
              testing::AllOf(HasSubstr("connect_timeout='5'"), HasSubstr("keepalives_idle='10'"),
                             HasSubstr("password='connect_timeout=9&keepalives_idle=1'")));
  EXPECT_THAT(info("postgresql://u:connect_timeout%3D9@db/x"), HasSubstr("connect_timeout='5'"));
}

TEST(PostgresAddress, PasswordsOfEveryKindArriveAsTheyAre) {
  EXPECT_THAT(info("postgresql://u:p%40ss%2F%3A%27%5C@db/x"),
              HasSubstr(R"(password='p@ss/:\'\\')"));
  EXPECT_THAT(info(R"(host=db password='it\'s a \\ b')"), HasSubstr(R"(password='it\'s a \\ b')"));
  EXPECT_THAT(info("host=db password=a://b?c=d"), HasSubstr("password='a://b?c=d'"));
}

TEST(PostgresAddress, TheEncodingIsAlwaysUtf8) {
  EXPECT_THAT(info("postgresql://db/x?client_encoding=latin1"),
              HasSubstr("client_encoding='UTF8'"));
}

TEST(PostgresAddress, SchemesOfOtherProgramsAreUnderstood) {
  for (const std::string scheme :
       {"postgresql+psycopg2", "postgresql+asyncpg", "postgres+pg8000", "postgis", "pgsql"}) {
    const auto read = parse_postgres_address(scheme + "://u@db:6000/x");
    ASSERT_TRUE(read) << scheme;
    EXPECT_EQ(read->place, "db:6000/x");
    EXPECT_THAT(read->notes, SizeIs(1));
  }
  EXPECT_THAT(info("jdbc:postgresql://db/x"), HasSubstr("JDBC"));
  EXPECT_THAT(info("mysql://u:secret@db/x"), HasSubstr("has to start with postgresql://"));
}

TEST(PostgresAddress, ParametersOfOtherProgramsAreUsedOrPassedOver) {
  const auto prisma = parse_postgres_address(
      "postgresql://u@db/x?schema=game&pgbouncer=true&connection_limit=5&pool_timeout=0");
  ASSERT_TRUE(prisma);
  EXPECT_THAT(prisma->conninfo, HasSubstr("options='-csearch_path=game'"));
  EXPECT_THAT(prisma->conninfo, Not(HasSubstr("limit")));
  EXPECT_TRUE(prisma->pooled);
  EXPECT_THAT(prisma->notes, SizeIs(4));
  EXPECT_THAT(info("host=db schema=game options='-c geqo=off'"),
              HasSubstr("options='-c geqo=off -csearch_path=game'"));
  EXPECT_THAT(info("postgresql://db/x?schema=game&options=-csearch_path%3Dother"),
              HasSubstr("options='-csearch_path=other'"));
  EXPECT_THAT(info("postgresql://db/x?schema=public"), Not(HasSubstr("options")));
  EXPECT_THAT(info("postgresql://db/x?ssl=true"), HasSubstr("sslmode='require'"));
  EXPECT_THAT(info("postgresql://db/x?ssl=true&sslmode=verify-full"),
              HasSubstr("sslmode='verify-full'"));
  EXPECT_FALSE(parse_postgres_address("postgresql://db/x?pgbouncer=false").value().pooled);
  EXPECT_TRUE(parse_postgres_address("host=db prepareThreshold=0").value().pooled);
}

TEST(PostgresAddress, AMistakeAboutEncryptionIsNotPassedOver) {
  EXPECT_THAT(info("postgresql://db/x?sslmod=verify-full"), HasSubstr("no parameter sslmod"));
  EXPECT_THAT(info("host=db sslmod=verify-full"), HasSubstr("no parameter sslmod"));
}

TEST(PostgresAddress, SeveralHostsAndSocketsArePlaces) {
  EXPECT_EQ(place("postgresql://a:1,b:2,[::1]:3/x?target_session_attrs=read-write"),
            "a:1,b:2,[::1]:3/x");
  EXPECT_EQ(place("host=a,b port=6000 dbname=x"), "a:6000,b:6000/x");
  EXPECT_EQ(place("postgresql:///x?host=/run/postgresql"), "/run/postgresql:5432/x");
  EXPECT_THAT(info("postgresql://a,b/x?target_session_attrs=read-write"),
              HasSubstr("target_session_attrs='read-write'"));
}

TEST(PostgresAddress, AUrlWhereAHostBelongsIsRefused) {
  for (const std::string text :
       {"postgresql://u:secret@postgres://db:5432/x", "host=https://db.example dbname=x",
        "postgresql://u:secret@https%3A%2F%2Fdb/x"})
    EXPECT_THAT(info(text), HasSubstr("a URL where its host belongs")) << text;
}

TEST(PostgresAddress, NoRefusalRepeatsASecret) {
  for (const std::string text :
       {"postgresql://u:secret%ZZ@db/x", "postgresql://u:secret@postgres://db/x",
        "host=db password='secret", "secret", "mysql://secret@db", "host=db secret",
        "postgresql://u:secret@db:port/x?sslmod=1",
        // special characters that are not encoded
        "postgresql://u:secret/Pw@db:1/x", "postgresql://u:12/secret@db:1/x",
        "postgresql://u:Super@secret@db:1/x", "postgresql://u:a@secret@db/x",
        "postgresql://u:12?secret@db/x", "postgresql://u:12?secret@db:5432/x?sslmode=disable",
        "postgresql://u:p@a/secret@db/x", "host=db@secret dbname=x", "host=db port=secret dbname=x",
        "host=db,x@secret port=1,2 dbname=x", "postgresql://u@db:5432,other:secret/x"}) {
    EXPECT_THAT(info(text), testing::StartsWith("refused")) << text;
    EXPECT_THAT(info(text), Not(HasSubstr("secret"))) << text;
  }
}

TEST(PostgresAddress, UnusualPlacesAreNoMistakes) {
  EXPECT_EQ(place("postgresql://[::1]:5433/x"), "[::1]:5433/x");
  EXPECT_EQ(place("postgresql://%2Fvar%2Frun%2Fpostgresql/x"), "/var/run/postgresql:5432/x");
  EXPECT_EQ(place("host=@abstract dbname=x"), "@abstract:5432/x");
  EXPECT_EQ(place("postgresql://u:p%40w%2F%3F@a:1,b:2/x"), "a:1,b:2/x");
  EXPECT_EQ(place("postgresql://u:p@db/x%40y"), "db:5432/x@y");
}

TEST(PostgresAddress, APlaceHoldsNoSecret) {
  EXPECT_THAT(place("postgresql://ann:secret@db/x"), Not(HasSubstr("secret")));
}

} // namespace
} // namespace standings
