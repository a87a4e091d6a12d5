# A chat endpoint as FastAPI's documentation and OpenAI's client suggest it: text to server-sent events.
import json
import os

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI

app = FastAPI()
client = AsyncOpenAI(api_key="bench", base_url=os.environ["OPENAI_BASE_URL"], max_retries=0)


@app.post("/api/chat")
async def chat():
    chunks = await client.chat.completions.create(
        model="bench", messages=[{"role": "user", "content": "Hello"}], stream=True
    )

    async def events():
        async for chunk in chunks:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                yield f"data: {json.dumps({'text': text})}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
