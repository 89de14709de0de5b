// The table "U-Net" of docs/lowering.md. All passes of a step (guidance) run as one batch, the steps one
// after another.

#include <algorithm>
#include <cmath>

#include "engine/lowering.h"

namespace ridgeline::engine {
namespace {

class UNetLowering {
 public:
  UNetLowering(const UNet& u, double batch, OpWriter& out)
      : u_(u), batch_(batch * std::max(1u, u.passes_per_step)), out_(out) {}

  void run() {
    const std::size_t first = out_.size();
    time_embedding();
    const double c0 = u_.channels.front();
    conv("conv_in", u_.in_channels, c0, 3, u_.latent, u_.latent);
    down();
    const double bottom = u_.channels.back();
    residual_block(bottom, bottom);
    transformer_block(bottom, u_.mid_transformer_depth);
    residual_block(bottom, bottom);
    up();
    group_norm("norm_out", c0);
    conv("conv_out", c0, u_.in_channels, 3, side_, side_);
    out_.repeat(first, std::max(1u, u_.steps));
  }

 private:
  double depth(std::size_t level) const {
    return level < u_.transformer_depth.size() ? u_.transformer_depth[level] : 0;
  }
  double pixels() const { return batch_ * side_ * side_; }

  void down() {
    double channels = u_.channels.front();
    const std::size_t levels = u_.channels.size();
    for (std::size_t level = 0; level < levels; ++level) {
      for (unsigned block = 0; block < u_.blocks; ++block) {
        residual_block(channels, u_.channels[level]);
        channels = u_.channels[level];
        transformer_block(channels, depth(level));
      }
      if (level + 1 < levels) {
        const double half = std::floor((side_ + 1) / 2);
        conv("downsample", channels, channels, 3, side_, half);
        side_ = half;
      }
    }
  }

  /// The skip connections come back in reverse: of a level, its blocks and then what entered it.
  void up() {
    double channels = u_.channels.back();
    for (std::size_t level = u_.channels.size(); level-- > 0;) {
      const double width = u_.channels[level];
      const double entered = u_.channels[level > 0 ? level - 1 : 0];
      for (unsigned block = 0; block <= u_.blocks; ++block) {
        const double skip = block < u_.blocks ? width : entered;
        out_.vector("skip_concat", 1, {0, 2 * pixels() * (channels + skip), 0});
        residual_block(channels + skip, width);
        channels = width;
        transformer_block(channels, depth(level));
      }
      if (level > 0) upsample(channels, level - 1);
    }
  }
  void upsample(double channels, std::size_t to_level) {
    double target = u_.latent;
    for (std::size_t i = 0; i < to_level; ++i) target = std::floor((target + 1) / 2);
    out_.vector("upsample_nearest", 1, {0, batch_ * channels * (side_ * side_ + target * target), 0});
    side_ = target;
    conv("upsample_conv", channels, channels, 3, side_, side_);
  }

  void linear(std::string_view name, double count, double rows, double in, double width, bool bias,
              double residual) {
    out_.gemm(name, count, rows, width, in,
              {width * in + (bias ? width : 0), rows * (in + width + residual), 0});
  }
  void conv(std::string_view name, double in, double width, double kernel, double side_in, double side_out,
            double residual = 0) {
    const double k = kernel * kernel * in, m = batch_ * side_out * side_out;
    out_.conv(name, 1, 1, m, width, k,
              {width * k + width, batch_ * side_in * side_in * in + m * (width + residual), 0});
  }
  void group_norm(std::string_view name, double width) {
    out_.vector(name, 1, {2 * width, 2 * pixels() * width, 0});
  }

  void time_embedding() {
    const double c0 = u_.channels.front(), time = u_.time_dim;
    linear("time_embed", 1, batch_, c0, time, true, 0);
    linear("time_embed", 1, batch_, time, time, true, 0);
    if (u_.added_dim > 0) {
      linear("added_embed", 1, batch_, u_.added_dim, time, true, 0);
      linear("added_embed", 1, batch_, time, time, true, time);
    }
  }

  void residual_block(double in, double width) {
    group_norm("res_norm1", in);
    linear("res_time", 1, batch_, u_.time_dim, width, true, 0);
    conv("res_conv1", in, width, 3, side_, side_);
    group_norm("res_norm2", width);
    if (in != width) conv("res_shortcut", in, width, 1, side_, side_);
    conv("res_conv2", width, width, 3, side_, side_, width);
  }

  /// Projection in, `layers` transformer layers (self attention, attention to the text, GEGLU), projection
  /// out.
  void transformer_block(double c, double layers) {
    if (layers <= 0) return;
    const double rows = pixels(), keys = side_ * side_;
    const double text = u_.context_tokens, text_rows = batch_ * text, context = u_.context_dim;
    const auto norm = [&](std::string_view name) { out_.vector(name, layers, {2 * c, 2 * rows * c, 0}); };
    group_norm("proj_norm", c);
    linear("proj_in", 1, rows, c, c, true, 0);
    norm("self_norm");
    linear("self_qkv", layers, rows, c, 3 * c, false, 0);
    const double head = u_.head_dim, heads = c / head * batch_;
    out_.attention("self_attention", layers, 4 * c * rows * keys, {keys, keys, head, heads},
                   {0, 4 * rows * c, 0});
    linear("self_out", layers, rows, c, c, true, c);
    norm("cross_norm");
    linear("cross_q", layers, rows, c, c, false, 0);
    linear("cross_kv", layers, text_rows, context, 2 * c, false, 0);
    out_.attention("cross_attention", layers, 4 * c * rows * text, {keys, text, head, heads},
                   {0, 2 * rows * c + 2 * text_rows * c, 0});
    linear("cross_out", layers, rows, c, c, true, c);
    norm("ffn_norm");
    linear("ffn_up", layers, rows, c, 8 * c, true, 0);
    out_.vector("ffn_act", layers, {0, 3 * rows * 4 * c, 0});
    linear("ffn_down", layers, rows, 4 * c, c, true, c);
    linear("proj_out", 1, rows, c, c, true, c);
  }

  const UNet& u_;
  double batch_;
  OpWriter& out_;
  double side_ = u_.latent;
};

}  // namespace

void lower_unet(const UNet& u, double batch, OpWriter& out) { UNetLowering(u, batch, out).run(); }

}  // namespace ridgeline::engine
