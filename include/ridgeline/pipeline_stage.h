#pragma once
// How a C++ function becomes a Stage: its parameters are the inputs, what it returns the outputs. Included by
// pipeline.h.

#include <concepts>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <typeinfo>

#include "ridgeline/pipeline.h"

namespace ridgeline {

/// Specialise for types of your own, so that they can be cached:
///   static std::string encode(const T&);  static Result<T> decode(const std::string&);
template <class T>
struct CodecOf {};
template <>
struct CodecOf<std::string> {
  static std::string encode(const std::string& text) { return text; }
  static Result<std::string> decode(const std::string& text) { return text; }
};
template <class T>
  requires std::is_arithmetic_v<T>
struct CodecOf<T> {
  static std::string encode(T value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static Result<T> decode(const std::string& bytes) {
    T value{};
    if (bytes.size() != sizeof value) return bad_input("a number of another size");
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
};

namespace pipeline_detail {

std::string readable(const std::type_info&);
/// T::artifact_name where it has one, else its C++ name without `ridgeline::`.
template <class T>
std::string type_name() {
  if constexpr (requires { T::artifact_name; }) {
    return std::string(T::artifact_name);
  } else {
    return readable(typeid(T));
  }
}

template <class T>
concept HasCodec = requires(const T& value, const std::string& text) {
  { CodecOf<T>::encode(value) } -> std::convertible_to<std::string>;
  { CodecOf<T>::decode(text) } -> std::same_as<Result<T>>;
};

template <class T>
Artifact artifact(T value) {
  return {type_name<T>(), std::make_shared<const T>(std::move(value)), ""};
}
template <class T>
const T& value_of(const Artifact& a) {
  return *static_cast<const T*>(a.value.get());
}

template <class T>
ArtifactCodec codec() {
  if constexpr (HasCodec<T>) {
    return {[](const Artifact& a) { return CodecOf<T>::encode(value_of<T>(a)); },
            [](const std::string& text) -> Result<Artifact> {
              RIDGELINE_TRY(value, CodecOf<T>::decode(text));
              return artifact<T>(std::move(value));
            }};
  } else {
    return {};
  }
}

/// What a function returns, without its Result.
template <class R>
struct Returned {
  using Value = R;
  static constexpr bool may_fail = false;
};
template <class R>
struct Returned<Result<R>> {
  using Value = R;
  static constexpr bool may_fail = true;
};

/// A value, a tuple of them or nothing, as the outputs of a stage.
template <class V>
struct Outputs {
  static void declare(Stage& stage) {
    stage.outputs.push_back(type_name<V>());
    stage.codecs.push_back(codec<V>());
  }
  static std::vector<Artifact> wrap(V value) {
    std::vector<Artifact> made;
    made.push_back(artifact<V>(std::move(value)));
    return made;
  }
};
template <class... Vs>
struct Outputs<std::tuple<Vs...>> {
  static void declare(Stage& stage) { (Outputs<Vs>::declare(stage), ...); }
  static std::vector<Artifact> wrap(std::tuple<Vs...> values) {
    return std::apply([](auto&... each) { return std::vector<Artifact>{artifact<Vs>(std::move(each))...}; },
                      values);
  }
};
template <>
struct Outputs<void> {
  static void declare(Stage&) {}
};

/// Inputs are all parameters but a StageContext& at the end.
template <class... Parameters>
struct Inputs {
  static constexpr std::size_t count =
      sizeof...(Parameters) - (std::is_same_v<Parameters, StageContext&> + ... + 0);
  template <class Parameter>
  static void declare_one(Stage& stage) {
    if constexpr (!std::is_same_v<Parameter, StageContext&>) {
      static_assert(
          std::is_lvalue_reference_v<Parameter> && std::is_const_v<std::remove_reference_t<Parameter>>,
          "a stage takes const T&, and a StageContext& last");
      stage.inputs.push_back(type_name<std::remove_cvref_t<Parameter>>());
    }
  }
  static void declare(Stage& stage) { (declare_one<Parameters>(stage), ...); }

  template <class Parameter>
  static decltype(auto) pick([[maybe_unused]] std::span<const Artifact> inputs,
                             [[maybe_unused]] std::size_t i, [[maybe_unused]] StageContext& context) {
    if constexpr (std::is_same_v<Parameter, StageContext&>) {
      return (context);
    } else {
      return value_of<std::remove_cvref_t<Parameter>>(inputs[i]);
    }
  }
  template <class Function, std::size_t... I>
  static decltype(auto) call(Function& f, [[maybe_unused]] std::span<const Artifact> inputs,
                             [[maybe_unused]] StageContext& context, std::index_sequence<I...>) {
    return f(pick<Parameters>(inputs, I, context)...);
  }
};

template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... Ps>
struct Signature<R (*)(Ps...)> {
  using Return = R;
  using In = Inputs<Ps...>;
  using Indices = std::index_sequence_for<Ps...>;
};
template <class C, class R, class... Ps>
struct Signature<R (C::*)(Ps...)> : Signature<R (*)(Ps...)> {};
template <class C, class R, class... Ps>
struct Signature<R (C::*)(Ps...) const> : Signature<R (*)(Ps...)> {};

template <class Function>
Stage make_stage(std::string name, Function f) {
  using S = Signature<Function>;
  using R = Returned<typename S::Return>;
  using Value = typename R::Value;
  Stage stage;
  stage.name = std::move(name);
  S::In::declare(stage);
  Outputs<Value>::declare(stage);
  stage.run = [f = std::move(f)](std::span<const Artifact> inputs,
                                 StageContext& context) mutable -> Result<std::vector<Artifact>> {
    const typename S::Indices indices;
    if constexpr (std::is_void_v<Value> && !R::may_fail) {
      S::In::call(f, inputs, context, indices);
      return std::vector<Artifact>{};
    } else {
      auto made = S::In::call(f, inputs, context, indices);
      if constexpr (R::may_fail) {
        if (!made) return made.error();
        if constexpr (std::is_void_v<Value>) {
          return std::vector<Artifact>{};
        } else {
          return Outputs<Value>::wrap(*std::move(made));
        }
      } else {
        return Outputs<Value>::wrap(std::move(made));
      }
    }
  };
  return stage;
}

}  // namespace pipeline_detail

template <class Function>
Stage& Pipeline::add(std::string name, Function function) {
  return add(pipeline_detail::make_stage(std::move(name), std::move(function)));
}

template <class T>
Stage& Pipeline::provide(std::string name, T value) {
  return add(std::move(name), [value = std::move(value)] { return value; });
}

template <class T>
const T* PipelineRun::get(std::string_view stage) const {
  const StageReport* report = find(stage);
  if (report == nullptr) return nullptr;
  for (const Artifact& a : report->artifacts) {
    if (a.type == pipeline_detail::type_name<T>()) return static_cast<const T*>(a.value.get());
  }
  return nullptr;
}

}  // namespace ridgeline
