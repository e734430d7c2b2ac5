// Embeds every .cl file of this folder; a new file needs its two lines here.
#include "kernel_sources.h"

static const unsigned char activation_backward[] = {
#embed "activation_backward.cl"
};
static const unsigned char activation_forward[] = {
#embed "activation_forward.cl"
};
static const unsigned char adam[] = {
#embed "adam.cl"
};
static const unsigned char backward_products[] = {
#embed "backward_products.cl"
};
static const unsigned char backward_row[] = {
#embed "backward_row.cl"
};
static const unsigned char backward_tile[] = {
#embed "backward_tile.cl"
};
static const unsigned char batch_norm_backward[] = {
#embed "batch_norm_backward.cl"
};
static const unsigned char batch_norm_forward[] = {
#embed "batch_norm_forward.cl"
};
static const unsigned char batch_norm_gradients[] = {
#embed "batch_norm_gradients.cl"
};
static const unsigned char batch_norm_moments[] = {
#embed "batch_norm_moments.cl"
};
static const unsigned char batch_norm_products[] = {
#embed "batch_norm_products.cl"
};
static const unsigned char batch_norm_running[] = {
#embed "batch_norm_running.cl"
};
static const unsigned char batch_norm_statistics[] = {
#embed "batch_norm_statistics.cl"
};
static const unsigned char boundary_gradient[] = {
#embed "boundary_gradient.cl"
};
static const unsigned char clear_padding[] = {
#embed "clear_padding.cl"
};
static const unsigned char clipping[] = {
#embed "clipping.cl"
};
static const unsigned char common[] = {
#embed "common.cl"
};
static const unsigned char ctc_frames[] = {
#embed "ctc_frames.cl"
};
static const unsigned char ctc_gradient[] = {
#embed "ctc_gradient.cl"
};
static const unsigned char ctc_paths[] = {
#embed "ctc_paths.cl"
};
static const unsigned char dense_forward[] = {
#embed "dense_forward.cl"
};
static const unsigned char dropout[] = {
#embed "dropout.cl"
};
static const unsigned char embedding_backward[] = {
#embed "embedding_backward.cl"
};
static const unsigned char embedding_forward[] = {
#embed "embedding_forward.cl"
};
static const unsigned char finish_step[] = {
#embed "finish_step.cl"
};
static const unsigned char forward_products[] = {
#embed "forward_products.cl"
};
static const unsigned char forward_row[] = {
#embed "forward_row.cl"
};
static const unsigned char forward_tile[] = {
#embed "forward_tile.cl"
};
static const unsigned char fused_backward[] = {
#embed "fused_backward.cl"
};
static const unsigned char fused_forward[] = {
#embed "fused_forward.cl"
};
static const unsigned char gather_gates[] = {
#embed "gather_gates.cl"
};
static const unsigned char gather_inputs[] = {
#embed "gather_inputs.cl"
};
static const unsigned char gather_rows[] = {
#embed "gather_rows.cl"
};
static const unsigned char gemm_backward[] = {
#embed "gemm_backward.cl"
};
static const unsigned char gemm_forward[] = {
#embed "gemm_forward.cl"
};
static const unsigned char graves_backward[] = {
#embed "graves_backward.cl"
};
static const unsigned char graves_forward[] = {
#embed "graves_forward.cl"
};
static const unsigned char grid_backward_row[] = {
#embed "grid_backward_row.cl"
};
static const unsigned char grid_forward_row[] = {
#embed "grid_forward_row.cl"
};
static const unsigned char input_gradient[] = {
#embed "input_gradient.cl"
};
static const unsigned char input_gradient_narrow[] = {
#embed "input_gradient_narrow.cl"
};
static const unsigned char join_columns[] = {
#embed "join_columns.cl"
};
static const unsigned char layout[] = {
#embed "layout.cl"
};
static const unsigned char leaky_backward[] = {
#embed "leaky_backward.cl"
};
static const unsigned char leaky_forward[] = {
#embed "leaky_forward.cl"
};
static const unsigned char loss[] = {
#embed "loss.cl"
};
static const unsigned char lstm_gates[] = {
#embed "lstm_gates.cl"
};
static const unsigned char lstm_output[] = {
#embed "lstm_output.cl"
};
static const unsigned char mcgsm[] = {
#embed "mcgsm.cl"
};
static const unsigned char mcgsm_backward[] = {
#embed "mcgsm_backward.cl"
};
static const unsigned char mcgsm_draw[] = {
#embed "mcgsm_draw.cl"
};
static const unsigned char mcgsm_forward[] = {
#embed "mcgsm_forward.cl"
};
static const unsigned char mcgsm_head[] = {
#embed "mcgsm_head.cl"
};
static const unsigned char mcgsm_weights[] = {
#embed "mcgsm_weights.cl"
};
static const unsigned char mean_squared_error[] = {
#embed "mean_squared_error.cl"
};
static const unsigned char multiply_add_peak[] = {
#embed "multiply_add_peak.cl"
};
static const unsigned char negative_log_likelihood[] = {
#embed "negative_log_likelihood.cl"
};
static const unsigned char norm[] = {
#embed "norm.cl"
};
static const unsigned char norm_backward[] = {
#embed "norm_backward.cl"
};
static const unsigned char norm_backward_row[] = {
#embed "norm_backward_row.cl"
};
static const unsigned char norm_forward[] = {
#embed "norm_forward.cl"
};
static const unsigned char norm_forward_row[] = {
#embed "norm_forward_row.cl"
};
static const unsigned char one_hot[] = {
#embed "one_hot.cl"
};
static const unsigned char output_gradient[] = {
#embed "output_gradient.cl"
};
static const unsigned char pack[] = {
#embed "pack.cl"
};
static const unsigned char pad_rows[] = {
#embed "pad_rows.cl"
};
static const unsigned char philox[] = {
#embed "philox.cl"
};
static const unsigned char picture_windows[] = {
#embed "picture_windows.cl"
};
static const unsigned char pool[] = {
#embed "pool.cl"
};
static const unsigned char pool_backward[] = {
#embed "pool_backward.cl"
};
static const unsigned char pool_forward[] = {
#embed "pool_forward.cl"
};
static const unsigned char rmsprop[] = {
#embed "rmsprop.cl"
};
static const unsigned char row_sum[] = {
#embed "row_sum.cl"
};
static const unsigned char scale[] = {
#embed "scale.cl"
};
static const unsigned char scatter_rows[] = {
#embed "scatter_rows.cl"
};
static const unsigned char sgd[] = {
#embed "sgd.cl"
};
static const unsigned char shares[] = {
#embed "shares.cl"
};
static const unsigned char sigmoid_cross_entropy[] = {
#embed "sigmoid_cross_entropy.cl"
};
static const unsigned char softmax_backward[] = {
#embed "softmax_backward.cl"
};
static const unsigned char softmax_cross_entropy[] = {
#embed "softmax_cross_entropy.cl"
};
static const unsigned char softmax_forward[] = {
#embed "softmax_forward.cl"
};
static const unsigned char spatial_backward[] = {
#embed "spatial_backward.cl"
};
static const unsigned char spatial_forward[] = {
#embed "spatial_forward.cl"
};
static const unsigned char squared_norm[] = {
#embed "squared_norm.cl"
};
static const unsigned char squash[] = {
#embed "squash.cl"
};
static const unsigned char stable_backward[] = {
#embed "stable_backward.cl"
};
static const unsigned char stable_forward[] = {
#embed "stable_forward.cl"
};
static const unsigned char sum_partials[] = {
#embed "sum_partials.cl"
};
static const unsigned char sweep_backward[] = {
#embed "sweep_backward.cl"
};
static const unsigned char sweep_forward[] = {
#embed "sweep_forward.cl"
};
static const unsigned char tile_chain[] = {
#embed "tile_chain.cl"
};
static const unsigned char tile_product[] = {
#embed "tile_product.cl"
};
static const unsigned char tile_rows[] = {
#embed "tile_rows.cl"
};
static const unsigned char tiles_backward[] = {
#embed "tiles_backward.cl"
};
static const unsigned char tiles_forward[] = {
#embed "tiles_forward.cl"
};
static const unsigned char tiles_input[] = {
#embed "tiles_input.cl"
};
static const unsigned char tiles_input_gradient[] = {
#embed "tiles_input_gradient.cl"
};
static const unsigned char tiles_weights[] = {
#embed "tiles_weights.cl"
};
static const unsigned char weight_gradient[] = {
#embed "weight_gradient.cl"
};
static const unsigned char weight_products[] = {
#embed "weight_products.cl"
};
static const unsigned char zoneout[] = {
#embed "zoneout.cl"
};

static const kernel_source sources[] = {
    {"activation_backward.cl", activation_backward, sizeof activation_backward},
    {"activation_forward.cl", activation_forward, sizeof activation_forward},
    {"adam.cl", adam, sizeof adam},
    {"backward_products.cl", backward_products, sizeof backward_products},
    {"backward_row.cl", backward_row, sizeof backward_row},
    {"backward_tile.cl", backward_tile, sizeof backward_tile},
    {"batch_norm_backward.cl", batch_norm_backward, sizeof batch_norm_backward},
    {"batch_norm_forward.cl", batch_norm_forward, sizeof batch_norm_forward},
    {"batch_norm_gradients.cl", batch_norm_gradients, sizeof batch_norm_gradients},
    {"batch_norm_moments.cl", batch_norm_moments, sizeof batch_norm_moments},
    {"batch_norm_products.cl", batch_norm_products, sizeof batch_norm_products},
    {"batch_norm_running.cl", batch_norm_running, sizeof batch_norm_running},
    {"batch_norm_statistics.cl", batch_norm_statistics, sizeof batch_norm_statistics},
    {"boundary_gradient.cl", boundary_gradient, sizeof boundary_gradient},
    {"clear_padding.cl", clear_padding, sizeof clear_padding},
    {"clipping.cl", clipping, sizeof clipping},
    {"common.cl", common, sizeof common},
    {"ctc_frames.cl", ctc_frames, sizeof ctc_frames},
    {"ctc_gradient.cl", ctc_gradient, sizeof ctc_gradient},
    {"ctc_paths.cl", ctc_paths, sizeof ctc_paths},
    {"dense_forward.cl", dense_forward, sizeof dense_forward},
    {"dropout.cl", dropout, sizeof dropout},
    {"embedding_backward.cl", embedding_backward, sizeof embedding_backward},
    {"embedding_forward.cl", embedding_forward, sizeof embedding_forward},
    {"finish_step.cl", finish_step, sizeof finish_step},
    {"forward_products.cl", forward_products, sizeof forward_products},
    {"forward_row.cl", forward_row, sizeof forward_row},
    {"forward_tile.cl", forward_tile, sizeof forward_tile},
    {"fused_backward.cl", fused_backward, sizeof fused_backward},
    {"fused_forward.cl", fused_forward, sizeof fused_forward},
    {"gather_gates.cl", gather_gates, sizeof gather_gates},
    {"gather_inputs.cl", gather_inputs, sizeof gather_inputs},
    {"gather_rows.cl", gather_rows, sizeof gather_rows},
    {"gemm_backward.cl", gemm_backward, sizeof gemm_backward},
    {"gemm_forward.cl", gemm_forward, sizeof gemm_forward},
    {"graves_backward.cl", graves_backward, sizeof graves_backward},
    {"graves_forward.cl", graves_forward, sizeof graves_forward},
    {"grid_backward_row.cl", grid_backward_row, sizeof grid_backward_row},
    {"grid_forward_row.cl", grid_forward_row, sizeof grid_forward_row},
    {"input_gradient.cl", input_gradient, sizeof input_gradient},
    {"input_gradient_narrow.cl", input_gradient_narrow, sizeof input_gradient_narrow},
    {"join_columns.cl", join_columns, sizeof join_columns},
    {"layout.cl", layout, sizeof layout},
    {"leaky_backward.cl", leaky_backward, sizeof leaky_backward},
    {"leaky_forward.cl", leaky_forward, sizeof leaky_forward},
    {"loss.cl", loss, sizeof loss},
    {"lstm_gates.cl", lstm_gates, sizeof lstm_gates},
    {"lstm_output.cl", lstm_output, sizeof lstm_output},
    {"mcgsm.cl", mcgsm, sizeof mcgsm},
    {"mcgsm_backward.cl", mcgsm_backward, sizeof mcgsm_backward},
    {"mcgsm_draw.cl", mcgsm_draw, sizeof mcgsm_draw},
    {"mcgsm_forward.cl", mcgsm_forward, sizeof mcgsm_forward},
    {"mcgsm_head.cl", mcgsm_head, sizeof mcgsm_head},
    {"mcgsm_weights.cl", mcgsm_weights, sizeof mcgsm_weights},
    {"mean_squared_error.cl", mean_squared_error, sizeof mean_squared_error},
    {"multiply_add_peak.cl", multiply_add_peak, sizeof multiply_add_peak},
    {"negative_log_likelihood.cl", negative_log_likelihood, sizeof negative_log_likelihood},
    {"norm.cl", norm, sizeof norm},
    {"norm_backward.cl", norm_backward, sizeof norm_backward},
    {"norm_backward_row.cl", norm_backward_row, sizeof norm_backward_row},
    {"norm_forward.cl", norm_forward, sizeof norm_forward},
    {"norm_forward_row.cl", norm_forward_row, sizeof norm_forward_row},
    {"one_hot.cl", one_hot, sizeof one_hot},
    {"output_gradient.cl", output_gradient, sizeof output_gradient},
    {"pack.cl", pack, sizeof pack},
    {"pad_rows.cl", pad_rows, sizeof pad_rows},
    {"philox.cl", philox, sizeof philox},
    {"picture_windows.cl", picture_windows, sizeof picture_windows},
    {"pool.cl", pool, sizeof pool},
    {"pool_backward.cl", pool_backward, sizeof pool_backward},
    {"pool_forward.cl", pool_forward, sizeof pool_forward},
    {"rmsprop.cl", rmsprop, sizeof rmsprop},
    {"row_sum.cl", row_sum, sizeof row_sum},
    {"scale.cl", scale, sizeof scale},
    {"scatter_rows.cl", scatter_rows, sizeof scatter_rows},
    {"sgd.cl", sgd, sizeof sgd},
    {"shares.cl", shares, sizeof shares},
    {"sigmoid_cross_entropy.cl", sigmoid_cross_entropy, sizeof sigmoid_cross_entropy},
    {"softmax_backward.cl", softmax_backward, sizeof softmax_backward},
    {"softmax_cross_entropy.cl", softmax_cross_entropy, sizeof softmax_cross_entropy},
    {"softmax_forward.cl", softmax_forward, sizeof softmax_forward},
    {"spatial_backward.cl", spatial_backward, sizeof spatial_backward},
    {"spatial_forward.cl", spatial_forward, sizeof spatial_forward},
    {"squared_norm.cl", squared_norm, sizeof squared_norm},
    {"squash.cl", squash, sizeof squash},
    {"stable_backward.cl", stable_backward, sizeof stable_backward},
    {"stable_forward.cl", stable_forward, sizeof stable_forward},
    {"sum_partials.cl", sum_partials, sizeof sum_partials},
    {"sweep_backward.cl", sweep_backward, sizeof sweep_backward},
    {"sweep_forward.cl", sweep_forward, sizeof sweep_forward},
    {"tile_chain.cl", tile_chain, sizeof tile_chain},
    {"tile_product.cl", tile_product, sizeof tile_product},
    {"tile_rows.cl", tile_rows, sizeof tile_rows},
    {"tiles_backward.cl", tiles_backward, sizeof tiles_backward},
    {"tiles_forward.cl", tiles_forward, sizeof tiles_forward},
    {"tiles_input.cl", tiles_input, sizeof tiles_input},
    {"tiles_input_gradient.cl", tiles_input_gradient, sizeof tiles_input_gradient},
    {"tiles_weights.cl", tiles_weights, sizeof tiles_weights},
    {"weight_gradient.cl", weight_gradient, sizeof weight_gradient},
    {"weight_products.cl", weight_products, sizeof weight_products},
    {"zoneout.cl", zoneout, sizeof zoneout},
};

const kernel_source *kernel_sources(size_t *count) {
  *count = sizeof sources / sizeof sources[0];
  return sources;
}
