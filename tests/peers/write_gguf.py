#!/usr/bin/env python3
"""Writes a small llama with random weights as GGUF: `write_gguf.py FILE`. It knows about 250 words of plain ASCII and, as every such
vocabulary, 256 bytes; rows of the output matrix that belong to anything but words are zero, so that greedy decoding makes a word, and so a
chunk with text, of every token."""
import itertools
import sys

import gguf
import numpy

layers, width, heads, kv_heads, feed_forward, context = 4, 256, 8, 4, 768, 4096
head = width // heads
words = ["\u2581" + "".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeiou")]
words += [word + consonant for word, consonant in itertools.product(words, "lns")][:186]
special = ["<unk>", "<s>", "</s>"]
tokens = special + [f"<0x{byte:02X}>" for byte in range(256)] + words
types = ([gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.BYTE] * 256 +
         [gguf.TokenType.NORMAL] * len(words))

writer = gguf.GGUFWriter(sys.argv[1], "llama")
writer.add_name("random llama")
writer.add_context_length(context)
writer.add_embedding_length(width)
writer.add_block_count(layers)
writer.add_feed_forward_length(feed_forward)
writer.add_head_count(heads)
writer.add_head_count_kv(kv_heads)
writer.add_rope_dimension_count(head)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_vocab_size(len(tokens))
writer.add_file_type(gguf.LlamaFileType.ALL_F32)
writer.add_tokenizer_model("llama")
writer.add_token_list(tokens)
writer.add_token_scores([0.0] * len(tokens))
writer.add_token_types(types)
writer.add_unk_token_id(0)
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")

random = numpy.random.default_rng(1)


def matrix(rows, columns):
    return (random.standard_normal((rows, columns)) / columns**0.5).astype(numpy.float32)


output = matrix(len(tokens), width) * 8
output[:len(tokens) - len(words)] = 0
writer.add_tensor("token_embd.weight", matrix(len(tokens), width))
writer.add_tensor("output.weight", output)
writer.add_tensor("output_norm.weight", numpy.ones(width, dtype=numpy.float32))
for layer in range(layers):
    for name, rows, columns in (("attn_q", width, width), ("attn_k", kv_heads * head, width), ("attn_v", kv_heads * head, width),
                                ("attn_output", width, width), ("ffn_gate", feed_forward, width), ("ffn_up", feed_forward, width),
                                ("ffn_down", width, feed_forward)):
        writer.add_tensor(f"blk.{layer}.{name}.weight", matrix(rows, columns))
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.{layer}.{name}.weight", numpy.ones(width, dtype=numpy.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
