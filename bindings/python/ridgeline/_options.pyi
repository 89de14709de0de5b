"""The options of each verb, for type checkers and editors. Made by tools/python_options.py; a test compares the two."""
import datetime
import os
from collections.abc import Sequence
from typing import TypedDict, Union

Text = Union[str, datetime.timedelta, "os.PathLike[str]"]

class PredictOptions(TypedDict, total=False):
    batch: Union[int, None]
    """Sequences, images or samples in the pass."""
    phase: Union[Text, None]
    """decode (default for models that generate) or prefill."""
    context: Union[int, None]
    """Tokens already in the KV cache of each sequence."""
    tokens: Union[int, None]
    """prefill: new tokens of each sequence, default 1024; encoders: its length."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""

class DeploymentOptions(TypedDict, total=False):
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""

class ServingOptions(TypedDict, total=False):
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    isl: Union[int, None]
    """Serving: prompt tokens."""
    osl: Union[int, None]
    """Serving: output tokens."""
    replicas: Union[int, None]
    """Serving: copies of the model that share the users."""
    max_batch: Union[float, None]
    """Serving: sequences in decode on one replica; default what fits."""
    requests_per_user: Union[float, None]
    """Serving: length of a run in which all users start at once; default the steady state."""
    disagg: Union[Text, None]
    """Serving: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""

class OfflineOptions(TypedDict, total=False):
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    isl: Union[int, None]
    """Serving: prompt tokens."""
    osl: Union[int, None]
    """Serving: output tokens."""
    replicas: Union[int, None]
    """Serving: copies of the model that share the users."""
    max_batch: Union[float, None]
    """Serving: sequences in decode on one replica; default what fits."""
    requests_per_user: Union[float, None]
    """Serving: length of a run in which all users start at once; default the steady state."""
    disagg: Union[Text, None]
    """Serving: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""
    workload: Union[Text, None]
    """MLPerf benchmark whose lengths and format to take; default: the model's own, if any."""
    devices: Union[int, None]
    """Give the wall power of a system of so many devices too."""
    power_limit: Union[float, None]
    """Of one device, in watts; default: its TDP."""

class EvaluateOptions(TypedDict, total=False):
    batch: Union[int, None]
    """Sequences, images or samples in the pass."""
    phase: Union[Text, None]
    """decode (default for models that generate) or prefill."""
    context: Union[int, None]
    """Tokens already in the KV cache of each sequence."""
    tokens: Union[int, None]
    """prefill: new tokens of each sequence, default 1024; encoders: its length."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    concurrency: Union[float, None]
    """Serving: users, each with one request in the system."""
    isl: Union[int, None]
    """Serving: prompt tokens."""
    osl: Union[int, None]
    """Serving: output tokens."""
    replicas: Union[int, None]
    """Serving: copies of the model that share the users."""
    max_batch: Union[float, None]
    """Serving: sequences in decode on one replica; default what fits."""
    requests_per_user: Union[float, None]
    """Serving: length of a run in which all users start at once; default the steady state."""
    disagg: Union[Text, None]
    """Serving: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""
    target_latency: Union[Text, None]
    """Limit on the pass, or on a request's mean time: 20ms."""
    ttft_limit: Union[Text, None]
    """Serving: limit on the mean time to the first token."""
    tpot_limit: Union[Text, None]
    """Serving: limit on the mean time per output token."""
    min_throughput: Union[float, None]
    """Least samples, or requests, a second of all devices."""
    min_token_rate: Union[float, None]
    """Least output tokens a second of all devices."""
    budget_per_hour: Union[float, None]
    """Most USD for an hour of all devices at work."""
    budget_per_million: Union[float, None]
    """Most USD for a million output tokens, or samples."""
    max_power: Union[float, None]
    """Most watts of all devices, with the PUE."""
    max_energy_per_query: Union[float, None]
    """Most joules of a sample, token of a decode pass, or request."""
    max_carbon_per_query: Union[float, None]
    """The same in grams of CO2 equivalent."""
    price_per_hour: Union[float, None]
    """USD of one device for an hour, electricity included."""
    device_price: Union[float, None]
    """USD of one device, in place of the catalog's."""
    amortise: Union[float, None]
    """Years over which the device's price is paid off."""
    utilisation: Union[float, None]
    """Share of the time paid for in which the devices work, in (0, 1]; default 1."""
    electricity_price: Union[float, None]
    """USD for a kWh."""
    pue: Union[float, None]
    """Energy of the facility over that of the devices; default 1."""
    device_power: Union[float, None]
    """Watts of one device at work, measured or sustained; default at most its TDP."""
    idle_power: Union[float, None]
    """Watts of one device that is on and waits; default at most as at work."""
    carbon_intensity: Union[float, None]
    """Grams of CO2 equivalent for a kWh."""
    grid: Union[Text, None]
    """Yearly mean carbon intensity of a grid: world, us, france ...."""
    embodied_carbon: Union[float, None]
    """Kilograms of CO2 equivalent of making one device; default the catalog's, where known."""
    lifetime: Union[float, None]
    """Years over which those are spread; default --amortise."""
    strict: bool
    """Exit code 1 when a level warns or is unknown, too."""

class CostOptions(TypedDict, total=False):
    batch: Union[int, None]
    """Sequences, images or samples in the pass."""
    phase: Union[Text, None]
    """decode (default for models that generate) or prefill."""
    context: Union[int, None]
    """Tokens already in the KV cache of each sequence."""
    tokens: Union[int, None]
    """prefill: new tokens of each sequence, default 1024; encoders: its length."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    concurrency: Union[float, None]
    """Serving: users, each with one request in the system."""
    isl: Union[int, None]
    """Serving: prompt tokens."""
    osl: Union[int, None]
    """Serving: output tokens."""
    replicas: Union[int, None]
    """Serving: copies of the model that share the users."""
    max_batch: Union[float, None]
    """Serving: sequences in decode on one replica; default what fits."""
    requests_per_user: Union[float, None]
    """Serving: length of a run in which all users start at once; default the steady state."""
    disagg: Union[Text, None]
    """Serving: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""
    price_per_hour: Union[float, None]
    """USD of one device for an hour, electricity included."""
    device_price: Union[float, None]
    """USD of one device, in place of the catalog's."""
    amortise: Union[float, None]
    """Years over which the device's price is paid off."""
    utilisation: Union[float, None]
    """Share of the time paid for in which the devices work, in (0, 1]; default 1."""
    electricity_price: Union[float, None]
    """USD for a kWh."""
    pue: Union[float, None]
    """Energy of the facility over that of the devices; default 1."""
    device_power: Union[float, None]
    """Watts of one device at work, measured or sustained; default at most its TDP."""
    idle_power: Union[float, None]
    """Watts of one device that is on and waits; default at most as at work."""
    carbon_intensity: Union[float, None]
    """Grams of CO2 equivalent for a kWh."""
    grid: Union[Text, None]
    """Yearly mean carbon intensity of a grid: world, us, france ...."""
    embodied_carbon: Union[float, None]
    """Kilograms of CO2 equivalent of making one device; default the catalog's, where known."""
    lifetime: Union[float, None]
    """Years over which those are spread; default --amortise."""
    prices: Union[Text, Sequence[Text], None]
    """USD for an hour by device: h100=2.5,l4=0.7; others as without it."""

class FleetOptions(TypedDict, total=False):
    target_latency: Union[Text, None]
    """SLO: limit on the percentile of the latency."""
    ttft_limit: Union[Text, None]
    """SLO: of the time to the first token."""
    tpot_limit: Union[Text, None]
    """SLO: of the time per output token."""
    percentile: Union[float, None]
    """SLO: share of the queries, default 0.99."""
    isl: Union[int, None]
    """Tokens of a prompt, default 1024."""
    osl: Union[int, None]
    """Tokens of an answer, default 256."""
    max_batch: Union[int, None]
    """Models without tokens: samples in a batch."""
    batch_timeout: Union[Text, None]
    """Models without tokens: longest wait for a fuller batch."""
    duration: Union[Text, None]
    """Of each simulated run."""
    min_queries: Union[int, None]
    """Least of each simulated run."""
    seed: Union[int, None]
    """Of the arrivals."""
    seeds: Union[int, None]
    """That one and those after it, a search of the rate each."""
    tolerance: Union[float, None]
    """Width of the search's last bracket over the rate."""
    demand: Union[Text, None]
    """Demand over time: CSV with the columns time, qps."""
    peak: Union[float, None]
    """Demand of a day: most queries a second."""
    trough: Union[float, None]
    """--peak: least queries a second, default a quarter of it."""
    peak_hour: Union[int, None]
    """--peak: hour of the day with the most."""
    headroom: Union[float, None]
    """Per cent above the demand."""
    spares: Union[int, None]
    """Replicas beyond that: 1 is N + 1."""
    availability: Union[float, None]
    """As many spares as keep the SLO at the peak for this share of the time, such as 0.9999."""
    mtbf_hours: Union[float, None]
    """Mean time between failures of a device, such as 50000."""
    repair_time: Union[Text, None]
    """Until a failed replica serves again."""
    start_up: Union[Text, None]
    """Autoscaled: from switching a replica on until it serves."""
    no_peak: bool
    """Do not simulate the fleet at its peak."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    token_budget: Union[int, None]
    """Continuous: new tokens of one pass, default 2048."""
    max_sequences: Union[int, None]
    """Continuous: requests in the batch of a replica."""
    no_chunked_prefill: bool
    """Continuous: a pass computes prompts or decodes."""
    block_tokens: Union[int, None]
    """Continuous: tokens in a block of the KV cache."""
    preemption: Union[Text, None]
    """Continuous, when the cache is full: recompute or swap."""
    prefix_hit_rate: Union[float, None]
    """Continuous: share of each prompt that is cached already."""
    router: Union[Text, None]
    """Continuous: round-robin, least-outstanding or power-of-two."""
    disagg: Union[Text, None]
    """Continuous: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""
    timeout: Union[Text, None]
    """Continuous: a request that waits longer in the queue gives up."""
    max_waiting: Union[int, None]
    """Continuous: longest queue of a replica; 0: no limit."""
    hedge_after: Union[Text, None]
    """Continuous: without a first token by then, a copy goes to another replica; the faster counts."""
    class_shares: Union[float, Sequence[float], None]
    """Continuous: shares of the requests in each class, served in this order, such as 0.2,0.8."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    price_per_hour: Union[float, None]
    """USD of one device for an hour, electricity included."""
    device_price: Union[float, None]
    """USD of one device, in place of the catalog's."""
    amortise: Union[float, None]
    """Years over which the device's price is paid off."""
    electricity_price: Union[float, None]
    """USD for a kWh."""
    pue: Union[float, None]
    """Energy of the facility over that of the devices; default 1."""
    device_power: Union[float, None]
    """Watts of one device at work, measured or sustained; default at most its TDP."""
    idle_power: Union[float, None]
    """Watts of one device that is on and waits; default at most as at work."""
    carbon_intensity: Union[float, None]
    """Grams of CO2 equivalent for a kWh."""
    grid: Union[Text, None]
    """Yearly mean carbon intensity of a grid: world, us, france ...."""
    embodied_carbon: Union[float, None]
    """Kilograms of CO2 equivalent of making one device; default the catalog's, where known."""
    lifetime: Union[float, None]
    """Years over which those are spread; default --amortise."""

class TrainOptions(TypedDict, total=False):
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch (data parallelism)."""
    ep: Union[int, None]
    """Of the data ranks, those that the experts are divided over."""
    interleave: Union[int, None]
    """Chunks of layers on each stage."""
    zero: Union[int, None]
    """ZeRO: 1 divides the optimizer's state over data ranks, 2 gradients, 3 weights."""
    micro_batch: Union[int, None]
    """Sequences in one pass of a data rank."""
    batch: Union[int, None]
    """Sequences of a step."""
    sequence: Union[int, None]
    """Tokens of a sequence."""
    sequence_parallel: bool
    """Norms and dropouts divided over the tensor ranks."""
    dropout: bool
    """The model is trained with dropout."""
    recompute: Union[Text, None]
    """none, selective (the core of attention) or full."""
    attention: Union[Text, None]
    """fused (FlashAttention) or separate."""
    precision: Union[Text, None]
    """Of products."""
    tokens: Union[float, None]
    """Time, energy and cost to so many, such as 300e9."""
    price_per_hour: Union[float, None]
    """USD of one device for an hour, electricity included."""
    device_price: Union[float, None]
    """USD of one device, in place of the catalog's."""
    amortise: Union[float, None]
    """Years over which the device's price is paid off."""
    utilisation: Union[float, None]
    """Share of the time paid for in which the devices work, in (0, 1]; default 1."""
    electricity_price: Union[float, None]
    """USD for a kWh."""
    pue: Union[float, None]
    """Energy of the facility over that of the devices; default 1."""
    device_power: Union[float, None]
    """Watts of one device at work, measured or sustained; default at most its TDP."""
    idle_power: Union[float, None]
    """Watts of one device that is on and waits; default at most as at work."""
    carbon_intensity: Union[float, None]
    """Grams of CO2 equivalent for a kWh."""
    grid: Union[Text, None]
    """Yearly mean carbon intensity of a grid: world, us, france ...."""
    embodied_carbon: Union[float, None]
    """Kilograms of CO2 equivalent of making one device; default the catalog's, where known."""
    lifetime: Union[float, None]
    """Years over which those are spread; default --amortise."""
    mtbf_hours: Union[float, None]
    """--tokens: mean time between failures of a device, such as 50000."""
    checkpoint_time: Union[Text, None]
    """--mtbf-hours: that all wait for one."""
    restart_time: Union[Text, None]
    """--mtbf-hours: from a failure until they compute again."""
    checkpoint_interval: Union[Text, None]
    """--mtbf-hours: of computing; default the best."""
    check: Union[Text, None]
    """Published steps (CSV, docs/training.md) beside their predictions."""
    fit: bool
    """--check: the share of peak that its rows imply."""

class SimulateOptions(TypedDict, total=False):
    scenario: Union[Text, None]
    """single-stream, multi-stream, server, offline, constant-stream, interactive or closed-loop."""
    qps: Union[float, None]
    """server, interactive, constant-stream: queries per second; offline: expected rate, which sizes the query."""
    duration: Union[Text, None]
    """Least duration of the run."""
    full: bool
    """MLPerf's own durations and query counts instead of --duration."""
    min_queries: Union[int, None]
    """Least number of queries (offline: samples)."""
    max_queries: Union[int, None]
    """Stop after so many; 0: no limit."""
    samples: Union[int, None]
    """multi-stream, constant-stream: samples in a query; default 8, 1."""
    target_latency: Union[Text, None]
    """Limit on the percentile, such as 15ms; constant-stream: default the period."""
    ttft_limit: Union[Text, None]
    """Limit on the percentile of the time to first token."""
    tpot_limit: Union[Text, None]
    """Limit on the percentile of the time per output token."""
    users: Union[int, None]
    """closed-loop: users, each with one request in the system or thinking."""
    think_time: Union[Text, None]
    """closed-loop: from an answer to the next question; default none."""
    think: Union[Text, None]
    """closed-loop: think times are fixed, or exponential with that mean."""
    arrivals: Union[Text, None]
    """server, interactive: poisson, gamma:CV, on-off:ON,OFF[,RATIO], diurnal:PERIOD,AMPLITUDE or trace:FILE (CSV of arrival, input_tokens, output_tokens)."""  # noqa: E501
    lengths: Union[Text, None]
    """Tokens of the requests: fixed (--isl, --osl), fixed:IN/OUT, uniform:LOW-HIGH/LOW-HIGH, lognormal:MEAN,CV/MEAN,CV, file:PATH, or a preset such as llama2-70b."""  # noqa: E501
    percentile: Union[float, None]
    """That counts, in (0, 1); default MLPerf's: 0.90, or 0.99."""
    max_batch: Union[int, None]
    """Most samples that a batch takes."""
    batch_timeout: Union[Text, None]
    """Longest wait for a full batch; default none."""
    isl: Union[int, None]
    """Input length in tokens; default the model's."""
    osl: Union[int, None]
    """Output length in tokens (models that generate)."""
    seed: Union[int, None]
    """Of arrivals and interference."""
    keep_queries: Union[int, None]
    """Keep each query of runs of up to so many; longer ones keep histograms."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    noise_sigma: Union[float, None]
    """Lognormal noise on service times: sigma of the log."""
    noise_file: Union[Text, None]
    """The same, seen: CSV with a column factor, of times over the table's."""
    background_load: Union[float, None]
    """Share of a busy worker's time that other work takes."""
    background_burst: Union[Text, None]
    """Mean length of its bursts."""
    context_switches: Union[float, None]
    """Context switches a second of computing."""
    context_switch_cost: Union[Text, None]
    """Of each, there and back."""
    cache_refill: Union[Text, None]
    """Of each, to fill the caches again."""
    pauses: Union[float, None]
    """Pauses a second of computing."""
    pause_length: Union[Text, None]
    """Of each."""
    heat: Union[Text, None]
    """How the device warms up: datacenter-gpu, jetson, phone, ar-glasses, mcu, or a file."""
    ambient: Union[float, None]
    """Temperature of the air in °C, with --heat."""
    windows: Union[int, None]
    """Stretches of the run to tell apart; 12 with --heat."""
    seeds: Union[int, None]
    """--find-max-qps: --seed and those after it, a search each."""
    tolerance: Union[float, None]
    """--find-max-qps: width of the last bracket over the rate."""
    continuous: bool
    """Batch continuously, as vLLM does; requests come and go between passes."""
    token_budget: Union[int, None]
    """Continuous: new tokens of one pass, default 2048."""
    max_sequences: Union[int, None]
    """Continuous: requests in the batch of a replica."""
    no_chunked_prefill: bool
    """Continuous: a pass computes prompts or decodes."""
    block_tokens: Union[int, None]
    """Continuous: tokens in a block of the KV cache."""
    preemption: Union[Text, None]
    """Continuous, when the cache is full: recompute or swap."""
    prefix_hit_rate: Union[float, None]
    """Continuous: share of each prompt that is cached already."""
    router: Union[Text, None]
    """Continuous: round-robin, least-outstanding or power-of-two."""
    disagg: Union[Text, None]
    """Continuous: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode."""
    timeout: Union[Text, None]
    """Continuous: a request that waits longer in the queue gives up."""
    max_waiting: Union[int, None]
    """Continuous: longest queue of a replica; 0: no limit."""
    hedge_after: Union[Text, None]
    """Continuous: without a first token by then, a copy goes to another replica; the faster counts."""
    class_shares: Union[float, Sequence[float], None]
    """Continuous: shares of the requests in each class, served in this order, such as 0.2,0.8."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    missions: bool
    """Missions: list them."""
    set: Union[Text, Sequence[Text], None]
    """Mission: NAME=VALUE, such as ambient=45, car.cameras=6 or precision=int8; again for more."""
    fix: bool
    """Mission: with the changes that its story ends with."""
    phase: Union[Text, None]
    """Mission: play this phase alone, against its thresholds."""
    as_: Union[Text, Sequence[Text], None]
    """Mission: of --phase: play it under each of these scenarios, such as server,offline,multi-stream."""
    late_after: Union[Text, None]
    """Mission: count the queries that take longer, such as 10ms."""
    fleet: Union[int, None]
    """Mission: of --late-after: devices, of which one or more may be late."""
    sweep: Union[Text, None]
    """Mission: a parameter, from its value to where a threshold breaks."""
    until: Union[Text, None]
    """Mission: of --sweep: violated, the default."""
    save: bool
    """Keep the run in the store: see `ridgeline runs`."""
    tag: Union[Text, Sequence[Text], None]
    """Of the kept run; again for more."""
    note: Union[Text, None]
    """Beside the kept run."""
    store: Union[Text, None]
    """File of kept runs; default: $RIDGELINE_STORE, or among the user's data."""
    replicas: Union[int, None]
    """Workers that share the queue."""

class TailOptions(TypedDict, total=False):
    mean: Union[Text, None]
    """Mean latency, such as 10ms; with --sd."""
    sd: Union[Text, None]
    """Standard deviation of the latency, such as 5ms."""
    samples: Union[Text, None]
    """Latencies in order of issue: a .csv with a column such as latency_ms, or a run's .json."""
    metric: Union[Text, None]
    """Column of the .csv (default: the first with a unit); of a run latency, ttft or tpot."""
    expected_interval: Union[Text, None]
    """Correct for coordinated omission: a closed loop meant to issue one query in so long."""
    percentiles: Union[float, Sequence[float], None]
    """Such as 50,99,99.9."""
    parts: Union[int, Sequence[int], None]
    """Fan-outs or devices that a whole waits for, such as 8,64,512."""
    target: Union[float, None]
    """Percentile that the whole is held to."""

class ExplainOptions(TypedDict, total=False):
    change: Union[Text, Sequence[Text], None]
    """KEY=VALUE, of the proposal alone; may be repeated: model, hardware, batch, context, tokens, phase, precision, weights, kv-cache, experts, attention, tp, pp, dp, ep, calibration, efficiency, overhead-per-layer, stack, stack-version, price-per-hour, hardware.peak[.PRECISION], hardware.memory.bandwidth, hardware.memory.capacity, hardware.link.bandwidth, hardware.tdp, hardware.price, calibration.COEFFICIENT."""  # noqa: E501
    batch: Union[int, None]
    """Sequences, images or samples in the pass."""
    phase: Union[Text, None]
    """decode (default for models that generate) or prefill."""
    context: Union[int, None]
    """Tokens already in the KV cache of each sequence."""
    tokens: Union[int, None]
    """prefill: new tokens of each sequence, default 1024; encoders: its length."""
    precision: Union[Text, None]
    """Format of weights, activations and KV cache; below 16 bits a language model keeps activations in bf16 and the cache in fp8."""  # noqa: E501
    weights: Union[Text, None]
    """Format of the weights alone (int4 with --precision fp16 is w4a16)."""
    kv_cache: Union[Text, None]
    """Format of the KV cache alone."""
    experts: Union[Text, None]
    """Format of the routed experts' weights alone (mxfp4)."""
    attention: Union[Text, None]
    """Format of attention's weights and products alone (bf16)."""
    calibration: Union[Text, None]
    """fitted, ideal or textbook; default fitted, textbook with either flag below."""
    efficiency: Union[float, None]
    """textbook: share of the peak that computation reaches, default 0.5."""
    overhead_per_layer: Union[Text, None]
    """textbook: such as 0.1ms, the default."""
    stack: Union[Text, None]
    """fitted: what runs the model: vllm, trtllm, sglang; default the mean of all."""
    stack_version: Union[Text, None]
    """fitted: the stack's version, such as 0.19.0."""
    calibration_file: Union[Text, None]
    """fitted: coefficients that `calibrate` wrote."""
    tp: Union[int, None]
    """Devices that each layer is divided over (tensor parallelism)."""
    pp: Union[int, None]
    """Stages of layers (pipeline parallelism)."""
    dp: Union[int, None]
    """Ranks that divide the batch in attention (attention data parallelism)."""
    ep: Union[int, None]
    """Devices that the experts are divided over; default all with --dp, else 1."""
    price_per_hour: Union[float, None]
    """USD an hour of one device, on both sides unless changed; default its price, amortised."""
    amortize_years: Union[float, None]
    """Years of every hour that a device's price is spread over."""
    exact_factors: Union[int, None]
    """With more factors that changed, orders are sampled."""
    inputs: Union[Text, None]
    """List every value that a result used, the weakest kind first: a JSON document, or the id of a kept run."""
    store: Union[Text, None]
    """File of kept runs."""
    paired: Union[Text, None]
    """Whether query i of A is query i of B: auto, yes or no."""
    replicas: Union[int, None]
    """Of the block bootstrap."""
    resampling_seed: Union[int, None]
    """Of the block bootstrap."""
    detect: Union[float, None]
    """Relative change that queries are counted for."""

class AuditOptions(TypedDict, total=False):
    here: bool
    """The machine this runs on."""
    mission: Union[Text, None]
    """A and B: what they are audited on, a mission or the .yaml file of one."""
    metric: Union[Text, None]
    """A and B: which metric decides; default: the mission's (docs/versus.md)."""
    fix: bool
    """A and B: the mission with the changes that its story ends with."""
    set: Union[Text, Sequence[Text], None]
    """A and B: NAME=VALUE of the mission, such as max_batch=64; again for more."""
    set_a: Union[Text, Sequence[Text], None]
    """The same of A alone, such as precision=fp16."""
    set_b: Union[Text, Sequence[Text], None]
    """The same of B alone."""
    price_per_hour_a: Union[float, None]
    """USD of one device of A for an hour, electricity included."""
    price_per_hour_b: Union[float, None]
    """The same of B."""
    device_price_a: Union[float, None]
    """USD of one device of A, in place of the catalog's."""
    device_price_b: Union[float, None]
    """The same of B."""
    amortise: Union[float, None]
    """A and B: years over which a device's price is paid off; default: the mission's."""
    utilisation: Union[float, None]
    """A and B: share of the time paid for in which the devices work."""
    electricity_price: Union[float, None]
    """A and B: USD for a kWh; default: the mission's."""
    pue: Union[float, None]
    """A and B: energy of the facility over that of the devices."""
    carbon_intensity: Union[float, None]
    """A and B: grams of CO2 equivalent for a kWh."""
    skip: Union[Text, Sequence[Text], None]
    """A and B: leave out what takes long: front (of the catalog), break-evens, scenarios; again, or with commas, for more."""  # noqa: E501
    svg: Union[Text, None]
    """A and B: write the rooflines as a picture to this file."""
    memo: Union[Text, None]
    """A and B: write one page for whoever wants the higher peak, and its picture beside it."""
    workload: Union[Text, Sequence[Text], None]
    """Model id; repeat for more (default resnet-50, bert-base, llama-110m)."""
    batch: Union[int, None]
    """Most samples in a batch, MultiStream and Offline."""
    server_batch: Union[int, None]
    """The same in Server; above 1 no closed form predicts it."""
    threads: Union[int, None]
    """For the workloads; default all cores but one, for the driver."""
    isl: Union[int, None]
    """Input length in tokens of every sequence model."""
    osl: Union[int, None]
    """Output length in tokens of models that generate."""
    load: Union[float, Sequence[float], None]
    """Server rates over what one stream sustains, each in (0, 1)."""
    budget: Union[Text, None]
    """Length of the short schedule, probe included."""
    batches: Union[int, Sequence[int], None]
    """Only the times of whole batches of these sizes, predicted and measured; no scenarios."""
    rounds: Union[int, None]
    """With --batches: probe, predict and measure so many times."""
    full: bool
    """MLPerf durations: several hours."""
    seed: Union[int, None]
    """Of arrivals, interference and weights."""

class AuditLogOptions(TypedDict, total=False):
    pass

class CheckOptions(TypedDict, total=False):
    fail_if: Union[Text, Sequence[Text], None]
    """A criterion, such as 'p99 > +5%'; again for more."""
    criteria: Union[Text, None]
    """File of criteria, one a line; # begins a comment."""
    strict: bool
    """Fail on what cannot be told, too."""
    output: Union[Text, None]
    """Write the report to this file instead of printing it."""
    store: Union[Text, None]
    """File of kept runs; default: $RIDGELINE_STORE, or among the user's data."""

class BenchOptions(TypedDict, total=False):
    model: Union[Text, None]
    """The model's name at the server."""
    api: Union[Text, None]
    """chat or completions (URL .../v1), or kserve (URL .../v2/models/NAME)."""
    no_stream: bool
    """Ask for whole answers: there is no time to first token then."""
    prompts: Union[Text, None]
    """JSONL file of {'prompt': TEXT} or {'messages': [...]}, and 'output_tokens'; default synthetic prompts of --isl words, or of --lengths."""  # noqa: E501
    ignore_eos: bool
    """Ask for answers of the full --osl (vLLM, SGLang ...)."""
    extra_body: Union[Text, None]
    """JSON object, merged into each request: '{'temperature': 0}'; null takes a field out."""
    max_tokens_key: Union[Text, None]
    """Field for the most tokens of an answer, such as max_completion_tokens."""
    api_key_env: Union[Text, None]
    """Environment variable with the bearer key, which is neither printed nor kept."""
    ca_file: Union[Text, None]
    """PEM of the authorities to trust, in place of the system's."""
    insecure: bool
    """Do not verify the server's TLS certificate."""
    max_connections: Union[int, None]
    """Most requests under way at once; others wait in this program."""
    io_threads: Union[int, None]
    """Threads that read and write."""
    request_timeout: Union[Text, None]
    """From when a request is sent to its answer's end."""
    request_samples: Union[int, None]
    """kserve: most samples in a request; default all of a query's, offline 1."""
    binary_tensors: bool
    """kserve: binary tensors (an extension that most servers have) in place of JSON numbers."""
    input_shape: Union[Text, Sequence[Text], None]
    """kserve: NAME=D,D,... where the model leaves dimensions open; -1 first is the batch."""
    command: Union[Text, None]
    """In place of a target: a program that reads a line a query and writes its answers; words as a shell cuts them, but no shell."""  # noqa: E501
    startup_timeout: Union[Text, None]
    """For --command: until it says that it is ready."""
    system_options: Union[Text, None]
    """For a shared library, which knows what they mean."""
    dim: Union[Text, Sequence[Text], None]
    """MODEL.onnx: size of an open dimension, NAME=N or NAME=batch, or INPUT[AXIS]=N where it has no name; again for more; default 1."""  # noqa: E501
    input: Union[Text, Sequence[Text], None]
    """MODEL.onnx: fill an input with a number, NAME=NUMBER; default random numbers in [0, 1), or 1 where it takes whole numbers."""  # noqa: E501
    onnxruntime: Union[Text, None]
    """MODEL.onnx: the library to load, libonnxruntime.so."""
    threads: Union[int, None]
    """For the workload; default all cores but one, for the driver."""
    scenario: Union[Text, None]
    """single-stream, multi-stream, server, offline, constant-stream, interactive or closed-loop."""
    qps: Union[float, None]
    """server, interactive, constant-stream: queries per second; offline: expected rate, which sizes the query."""
    duration: Union[Text, None]
    """Least duration of the run."""
    full: bool
    """MLPerf's own durations and query counts instead of --duration."""
    min_queries: Union[int, None]
    """Least number of queries (offline: samples)."""
    max_queries: Union[int, None]
    """Stop after so many; 0: no limit."""
    samples: Union[int, None]
    """multi-stream, constant-stream: samples in a query; default 8, 1."""
    target_latency: Union[Text, None]
    """Limit on the percentile, such as 15ms; constant-stream: default the period."""
    ttft_limit: Union[Text, None]
    """Limit on the percentile of the time to first token."""
    tpot_limit: Union[Text, None]
    """Limit on the percentile of the time per output token."""
    users: Union[int, None]
    """closed-loop: users, each with one request in the system or thinking."""
    think_time: Union[Text, None]
    """closed-loop: from an answer to the next question; default none."""
    think: Union[Text, None]
    """closed-loop: think times are fixed, or exponential with that mean."""
    arrivals: Union[Text, None]
    """server, interactive: poisson, gamma:CV, on-off:ON,OFF[,RATIO], diurnal:PERIOD,AMPLITUDE or trace:FILE (CSV of arrival, input_tokens, output_tokens)."""  # noqa: E501
    lengths: Union[Text, None]
    """Tokens of the requests: fixed (--isl, --osl), fixed:IN/OUT, uniform:LOW-HIGH/LOW-HIGH, lognormal:MEAN,CV/MEAN,CV, file:PATH, or a preset such as llama2-70b."""  # noqa: E501
    percentile: Union[float, None]
    """That counts, in (0, 1); default MLPerf's: 0.90, or 0.99."""
    max_batch: Union[int, None]
    """Most samples that a batch takes."""
    batch_timeout: Union[Text, None]
    """Longest wait for a full batch; default none."""
    isl: Union[int, None]
    """Input length in tokens; default the model's."""
    osl: Union[int, None]
    """Output length in tokens (models that generate)."""
    seed: Union[int, None]
    """Of arrivals and interference."""
    keep_queries: Union[int, None]
    """Keep each query of runs of up to so many; longer ones keep histograms."""
    warm_up: Union[Text, None]
    """Ask so long before the clock starts, and keep nothing of it: 2s."""
    repeat: Union[int, None]
    """Measure so often, with the seeds S, S+1 ..., and give intervals over the runs."""
    issue_threads: Union[int, None]
    """Server, Interactive, ConstantStream: threads that issue."""
    driver_cpu: Union[Text, None]
    """Core of the driver, or of each issuing thread: 0, or 0,1."""
    cpus: Union[Text, None]
    """Cores of the workload or the system's threads: 1-3, or 2,4."""
    driver_priority: Union[Text, None]
    """auto (real time where allowed and the driver sleeps between queries), normal or realtime."""

class ExploreOptions(TypedDict, total=False):
    model: Union[Text, None]
    """Catalog model; several are an axis."""
    hardware: Union[Text, None]
    """Devices: h100,h200, or tier=datacenter,vendor=NVIDIA for all that match."""
    precision: Union[Text, None]
    """bf16,fp8 ...."""
    kv_cache: Union[Text, None]
    """Format of the KV cache."""
    tp: Union[Text, None]
    """Tensor-parallel ranks."""
    pp: Union[Text, None]
    """Pipeline stages."""
    dp: Union[Text, None]
    """Data-parallel ranks of attention."""
    ep: Union[Text, None]
    """Expert-parallel ranks."""
    replicas: Union[Text, None]
    """Replicas."""
    prefill_replicas: Union[Text, None]
    """Workers that compute prompts only; 0: none."""
    prefill_tp: Union[Text, None]
    """Tensor-parallel ranks of each of them."""
    concurrency: Union[Text, None]
    """Users of a serving engine."""
    isl: Union[Text, None]
    """Prompt tokens."""
    osl: Union[Text, None]
    """Output tokens."""
    max_batch: Union[Text, None]
    """Sequences in decode on a replica."""
    chunk: Union[Text, None]
    """Tokens of one pass, of the simulation (--verify)."""
    batch: Union[Text, None]
    """Sequences of one pass, in place of --concurrency."""
    context: Union[Text, None]
    """Tokens in the cache, with --batch."""
    axis: Union[Text, Sequence[Text], None]
    """Any other: hardware.memory.bandwidth=x1,x2; again for more."""
    minimise: Union[Text, Sequence[Text], None]
    """Objective; again for more."""
    maximise: Union[Text, Sequence[Text], None]
    """Objective; again for more. Those to minimise come first."""
    constraint: Union[Text, Sequence[Text], None]
    """What must hold: 'ttft < 500ms'; again for more."""
    condition: Union[Text, Sequence[Text], None]
    """Of axes: 'tp * replicas <= 8'; again for more."""
    calibration: Union[Text, None]
    """fitted or ideal."""
    stack: Union[Text, None]
    """Serving stack of the calibration."""
    stack_version: Union[Text, None]
    """Its version."""
    verify: Union[Text, None]
    """Simulate the front: closed-loop or server."""
    verify_points: Union[int, None]
    """How many of the front."""
    ttft_p99: Union[Text, None]
    """SLO of the simulation, such as 2s."""
    tpot_p99: Union[Text, None]
    """SLO of the simulation, such as 50ms."""
    search: Union[Text, None]
    """nsga2, for spaces too large for the grid."""
    population: Union[int, None]
    """Of the search; a multiple of 4."""
    generations: Union[int, None]
    """Of the search."""
    seed: Union[int, None]
    """Of the search."""
    print_study: bool
    """Print the file that the flags stand for, and end."""
    save: bool
    """Keep the result in the store: see `ridgeline studies`."""
    tag: Union[Text, Sequence[Text], None]
    """Of the kept study; again for more."""
    note: Union[Text, None]
    """Beside the kept study."""
    store: Union[Text, None]
    """File of kept runs and studies."""
    csv: Union[Text, None]
    """Write the front to this file."""
    svg: Union[Text, None]
    """Write a picture of the front to this file (two objectives or more)."""
    price_per_hour: Union[float, None]
    """Of every device, in dollars."""
    threads: Union[int, None]
    """Default: all cores; the result is the same."""
    resume: bool
    """Go on where an interrupted study ended."""
    lost_after: Union[Text, None]
    """With mpirun: the points of a process that is silent for so long go to others."""
    journal: Union[Text, None]
    """Where that is kept; default: beside the study, STUDY.journal; of flags explore.journal."""

