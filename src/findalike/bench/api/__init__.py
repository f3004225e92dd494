"""`findalike bench api`: the HTTP layer, over protocols and servers, beside bare Milvus and beside Flask."""
