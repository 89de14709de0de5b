// When a stage is skipped, and when it must not be.

#include "pipeline/cache.h"

#include <fstream>
#include <sstream>
#include <thread>

#include "fixtures.h"

namespace ridgeline {

template <>
struct CodecOf<test::Length> {
  static std::string encode(const test::Length& n) { return std::to_string(n.letters); }
  static Result<test::Length> decode(const std::string& text) {
    return test::Length{static_cast<std::size_t>(std::stoul(text))};
  }
};

namespace {

using namespace test;

/// A pipeline whose middle stage counts how often it ran.
struct Counted {
  std::string word = "ridge", version = "1", options;
  int ran = 0;

  PipelineRun run(const std::string& cache) {
    Pipeline p;
    p.add("word", [this] { return word; });
    Stage& count = p.add("count", [this](const std::string& text) {
      ++ran;
      return Length{text.size()};
    });
    count.version = version;
    count.options = options;
    count.result = true;
    PipelineOptions o;
    o.cache = cache;
    return p.run(o);
  }
};

TEST(PipelineCache, TheSecondTimeIsCachedAndEqual) {
  const Folder folder;
  Counted c;
  const PipelineRun first = c.run(folder.path()), second = c.run(folder.path());
  EXPECT_EQ(c.ran, 1);
  EXPECT_EQ(first.find("count")->status, StageStatus::ran);
  EXPECT_EQ(second.find("count")->status, StageStatus::cached);
  EXPECT_EQ(second.get<Length>("count")->letters, 5u);
  EXPECT_EQ(first.find("count")->key, second.find("count")->key);
  // What made the word has no version, so it runs each time.
  EXPECT_EQ(second.find("word")->status, StageStatus::ran);
}

TEST(PipelineCache, OneChangeIsEnoughToMiss) {
  const Folder folder;
  Counted c;
  c.run(folder.path());
  c.word = "ridges";
  EXPECT_EQ(c.run(folder.path()).get<Length>("count")->letters, 6u);
  EXPECT_EQ(c.ran, 2);
  c.version = "2";
  c.run(folder.path());
  EXPECT_EQ(c.ran, 3);
  c.options = "loud";
  c.run(folder.path());
  EXPECT_EQ(c.ran, 4);
  c = {"ridge", "1", "", c.ran};  // as at first
  c.run(folder.path());
  EXPECT_EQ(c.ran, 4);
}

TEST(PipelineCache, WithoutAFolderOrAVersionNothingIsKept) {
  const Folder folder;
  Counted c;
  c.run("");
  c.run("");
  EXPECT_EQ(c.ran, 2);
  c.version = "";
  c.run(folder.path());
  c.run(folder.path());
  EXPECT_EQ(c.ran, 4);
  EXPECT_TRUE(files_in(folder).empty());
}

TEST(PipelineCache, ADamagedEntryIsComputedAgain) {
  const Folder folder;
  Counted c;
  c.run(folder.path());
  ASSERT_EQ(files_in(folder).size(), 1u);
  const auto file = files_in(folder).front();
  std::stringstream whole;
  whole << std::ifstream(file).rdbuf();
  const std::string good = whole.str();
  int expected = 1;
  std::vector<std::string> bad{"", "nonsense", good.substr(0, good.size() - 1), good + "x"};
  bad.push_back(good);
  bad.back().back() = '7';  // another number, well formed
  for (const std::string& content : bad) {
    std::ofstream(file) << content;
    const PipelineRun run = c.run(folder.path());
    EXPECT_EQ(c.ran, ++expected) << content;
    EXPECT_EQ(run.get<Length>("count")->letters, 5u);
    EXPECT_EQ(run.find("count")->note, "the cache entry was damaged: computed again");
    EXPECT_EQ(c.run(folder.path()).find("count")->status, StageStatus::cached);  // mended
  }
}

TEST(PipelineCache, AnEntryThatTheCodecCannotReadIsComputedAgain) {
  const Folder folder;
  Counted c;
  const std::string key = c.run(folder.path()).find("count")->key;
  ASSERT_TRUE(pipeline::StageCache(folder.path()).write(key, {"five"}));  // std::stoul throws
  const PipelineRun run = c.run(folder.path());
  EXPECT_EQ(run.find("count")->status, StageStatus::ran);
  EXPECT_EQ(run.find("count")->note, "the cache entry cannot be read: computed again");
}

TEST(PipelineCache, AFolderThatCannotBeWrittenIsANoteNotAFailure) {
  const Folder folder;
  std::ofstream(folder.path("file")) << "x";
  Counted c;
  const PipelineRun run = c.run(folder.path("file/cache"));
  ASSERT_TRUE(run.done());
  EXPECT_EQ(run.find("count")->note.substr(0, 24), "not kept in the cache: /");
}

/// A value without a codec is known by what it follows from.
TEST(PipelineCache, ThroughAValueThatCannotBeWritten) {
  const Folder folder;
  int ran = 0;
  const auto run = [&](const std::string& text, const std::string& version) {
    Pipeline p;
    p.provide("text", text);
    p.add("word", [](const std::string& t) { return Word{t}; }).version = version;
    Stage& count = p.add("count", [&](const Word& w) {
      ++ran;
      return Length{w.text.size()};
    });
    count.version = "1";
    count.result = true;
    PipelineOptions o;
    o.cache = folder.path();
    return p.run(o).get<Length>("count")->letters;
  };
  EXPECT_EQ(run("abc", "1"), 3u);
  EXPECT_EQ(run("abc", "1"), 3u);
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(run("abcd", "1"), 4u);
  EXPECT_EQ(ran, 2);
  // Without a version nobody knows what made it.
  EXPECT_EQ(run("abc", ""), 3u);
  EXPECT_EQ(run("abc", ""), 3u);
  EXPECT_EQ(ran, 4);
}

/// What a stage read outside is part of what it makes, and keeps it out of the cache itself.
TEST(PipelineCache, WhatAStageReadOutside) {
  const Folder folder;
  int ran = 0;
  const auto run = [&](const std::string& file) {
    Pipeline p;
    p.add("read", [&](StageContext& context) {
       context.follows_from(file);
       return Word{file};
     }).version = "1";
    Stage& count = p.add("count", [&](const Word& w) {
      ++ran;
      return Length{w.text.size()};
    });
    count.version = "1";
    count.result = true;
    PipelineOptions o;
    o.cache = folder.path();
    return p.run(o).get<Length>("count")->letters;
  };
  EXPECT_EQ(run("abc"), 3u);
  EXPECT_EQ(run("abc"), 3u);
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(run("ab"), 2u);
  EXPECT_EQ(ran, 2);
}

TEST(PipelineCache, ManyMayShareAFolder) {
  const Folder folder;
  std::vector<std::size_t> seen(8, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 20; ++round) {
          Counted c;
          c.word = std::string(static_cast<std::size_t>(round % 3 + 1), 'a');
          const PipelineRun run = c.run(folder.path());
          const StageReport* count = run.find("count");
          if (count->note.empty() && run.get<Length>("count")->letters == c.word.size()) ++seen[i];
        }
      });
    }
  }
  EXPECT_EQ(seen, std::vector<std::size_t>(8, 20));
  EXPECT_EQ(files_in(folder).size(), 3u);  // no temporaries are left
}

TEST(Digest, IsSha1) {
  EXPECT_EQ(pipeline::digest("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");  // FIPS 180-1, appendix A
  EXPECT_NE(pipeline::digest(std::vector<std::string>{"ab", "c"}),
            pipeline::digest(std::vector<std::string>{"a", "bc"}));
}

}  // namespace
}  // namespace ridgeline
