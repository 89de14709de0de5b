#pragma once
// Values of a document by their places, for readers of documents.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/json_parts.h"

namespace ridgeline::report {

/// A place in a document. The first thing that is wrong anywhere goes to `complaint` ("footprint/fits must be
/// true or false"), where it stays; what is wrong reads as empty, 0 or false.
class JsonPlace {
 public:
  /// Both must outlive it and all places within.
  JsonPlace(const Json& document, std::string& complaint) : json_(&document), complaint_(&complaint) {}

  /// Of an object: complains where the key is not there.
  JsonPlace operator[](std::string_view key) const;
  /// Of an object: none where the key is not there, or null.
  std::optional<JsonPlace> find(std::string_view key) const;
  std::vector<JsonPlace> items() const;                            ///< of a list
  std::vector<std::pair<std::string, JsonPlace>> members() const;  ///< of an object, in its order

  std::string text() const;
  double number() const;
  double number_or_nan() const;          ///< null: not finite when it was written
  std::optional<double> figure() const;  ///< null: unknown
  std::uint64_t whole() const;
  std::size_t count() const { return static_cast<std::size_t>(whole()); }  ///< of what memory holds
  bool flag() const;
  std::optional<std::string> text_or_null() const;
  std::vector<std::string> texts() const;  ///< of a list
  /// Of [low, high] or null.
  std::optional<std::pair<double, double>> interval() const;
  /// Of {value, low, high} or null.
  std::optional<Estimate> estimate() const;

  template <int... E>
  void read(Quantity<E...>& into) const {
    into = Quantity<E...>(number_or_nan());
  }
  /// Of enumerators 0 to `last`, by to_string().
  template <class E>
  E named(E last) const {
    const std::string word = text();
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (to_string(static_cast<E>(i)) == word) return static_cast<E>(i);
    }
    complain("is '" + word + "', which this version does not know");
    return E{};
  }
  void complain(const std::string& what) const;

 private:
  JsonPlace within(const Json& json, std::string_view key) const;

  const Json* json_;
  std::string* complaint_;
  std::string where_;
};

}  // namespace ridgeline::report
