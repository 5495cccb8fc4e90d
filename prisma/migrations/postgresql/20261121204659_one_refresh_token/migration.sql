-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "rotates" BOOLEAN NOT NULL DEFAULT true;
