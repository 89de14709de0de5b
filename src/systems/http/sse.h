#pragma once
// Server-sent events (HTML standard, 9.2.6) out of bytes that arrive in pieces of any size.

#include <string>
#include <string_view>

namespace ridgeline::http {

class EventStream {
 public:
  /// Calls on_data(std::string_view) with the data of each event that ends within the bytes; stops early, and
  /// returns false, when that does. Lines end with \n, \r\n or \r; fields other than data are of no use here.
  template <class OnData>
  bool feed(std::string_view bytes, OnData on_data) {
    while (take_line(bytes)) {
      const bool dispatch = end_line();
      if (dispatch && !on_data(std::string_view(data_))) return false;
      if (dispatch) data_.clear();
    }
    return true;
  }
  /// Bytes that are held for an event which has not ended.
  std::size_t held() const { return line_.size() + data_.size(); }
  void clear();

 private:
  bool take_line(std::string_view& bytes);
  bool end_line();

  std::string line_, data_;
  bool has_data_ = false, after_cr_ = false, first_line_ = true;
};

}  // namespace ridgeline::http
